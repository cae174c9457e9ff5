"""What tasks and groups have in common."""

import enum
import time
from typing import Any, Generator, List, Optional, Union

from cattino.utils import check_name, random_names

__all__ = ["AbstractTask", "DeviceRequiredTask", "Task", "TaskStatus"]


class TaskStatus(enum.Enum):
    """The words people see. Equal to a string that is the same word, in whatever case."""

    MultiStatus = "MultiStatus"
    Cancelled = "Cancelled"
    Waiting = "Waiting"
    Running = "Running"
    Done = "Done"
    Failed = "Failed"

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.name.lower() == other.lower()
        return self is other

    def __hash__(self) -> int:
        return hash(self.name)


class _Nothing:
    """Can be awaited, and need not be: what a hook that does nothing returns."""

    def __await__(self) -> Generator[None, None, None]:
        return iter(())  # type: ignore[return-value]


_NOTHING = _Nothing()


class AbstractTask:
    """Something with a name that may lie in a group, and with hooks.

    Hooks may be ``async def`` or ``def``. They run on the node: ``on_start`` before the command (of a
    group: before the first of its tasks), ``on_end`` after it (after the last). ``on_end`` does not run
    for what was cancelled, nor where ``on_start`` failed.
    """

    def __init__(self, name: Optional[str]) -> None:
        self._name = random_names.next() if name is None else check_name(name)
        self._group: Optional["AbstractTask"] = None

    @property
    def name(self) -> str:
        """Its name, without the groups around it."""
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = check_name(name)

    @property
    def group(self) -> Optional["AbstractTask"]:
        """The group that it lies in, if any."""
        return self._group

    @property
    def fullname(self) -> str:
        """``group/sub/name``."""
        return self._name if self._group is None else self._group.fullname + "/" + self._name

    @property
    def status(self) -> TaskStatus:
        """Before it is handed in: Waiting. In ``on_end``: how it ended. Else ask ``cattino.client``."""
        return TaskStatus.Waiting

    def on_start(self) -> Any:
        """Runs on the node before it; does nothing."""
        return _NOTHING

    def on_end(self) -> Any:
        """Runs on the node after it; does nothing."""
        return _NOTHING

    def hooks(self) -> List[str]:
        """Names of the hooks that its class defines anew: only those need Python on the node."""
        return [
            hook
            for hook in ("on_start", "on_end")
            if getattr(type(self), hook) is not getattr(AbstractTask, hook)
        ]

    def __repr__(self) -> str:
        return "%s(%r)" % (type(self).__name__, self.fullname)


class Task(AbstractTask):
    """One task.

    :param task_name: five random characters if it is None
    :param priority: higher first
    """

    def __init__(self, task_name: Optional[str] = None, priority: int = 0) -> None:
        super().__init__(task_name)
        self.priority = integer("priority", priority)
        self.create_time = time.time_ns()
        self._status = TaskStatus.Waiting
        self.exit_code: Optional[int] = None
        """In ``on_end``: what it ended with."""

    @property
    def status(self) -> TaskStatus:
        return self._status


class DeviceRequiredTask(Task):
    """A task that needs devices.

    :param requires_memory_per_device: on each of them: an int is MiB, a float a share from 0 to 1, "auto" what
        earlier runs of the same work used
    :param min_devices: how many; given without memory: whole free ones
    :raises ValueError: for values that make no sense
    """

    def __init__(
        self,
        task_name: Optional[str] = None,
        priority: int = 0,
        requires_memory_per_device: Union[int, float, str] = 0,
        min_devices: Optional[int] = None,
    ) -> None:
        super().__init__(task_name, priority)
        self.requires_memory_per_device = requires_memory_per_device
        self._min_devices = min_devices
        self.assigned_device_indices: List[int] = []
        """On the node: the devices it was given."""
        self.need()

    @property
    def min_devices(self) -> int:
        """How many devices; 1 if it was not said."""
        return 1 if self._min_devices is None else self._min_devices

    @min_devices.setter
    def min_devices(self, count: int) -> None:
        self._min_devices = count

    def need(self) -> Optional[dict]:
        """What it asks of a node, as it is handed in; None for a task without devices."""
        memory = self.requires_memory_per_device
        auto = isinstance(memory, str) and memory == "auto"
        if not auto and (isinstance(memory, bool) or not isinstance(memory, (int, float))):
            raise ValueError("requires_memory_per_device is a number or 'auto', not %r" % (memory,))
        share = isinstance(memory, float)
        if share and not 0 <= memory <= 1:
            raise ValueError("requires_memory_per_device as a float is a share from 0.0 to 1.0, not %r" % memory)
        if not auto and memory < 0:
            raise ValueError("requires_memory_per_device is at least 0 MiB, not %r" % memory)
        count = self._min_devices
        if count is not None and integer("min_devices", count) < 0:
            raise ValueError("min_devices is at least 0, not %r" % count)
        if not memory:
            return {"count": count} if count else None
        if count == 0:
            raise ValueError("requires_memory_per_device needs min_devices of at least 1, not 0")
        need: dict = {"count": 1 if count is None else count}
        if auto:
            need["auto"] = {}
        elif share:
            need["sharePpm"] = round(memory * 1_000_000)
        else:
            need["mib"] = str(memory)
        return need


def integer(what: str, value: Any) -> int:
    """A whole number that fits what it is sent as.

    :raises ValueError: if it is none
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("%s is a whole number, not %r" % (what, value))
    if not -(2**31) <= value < 2**31:
        raise ValueError("%s is too large: %r" % (what, value))
    return value
