"""The task that runs a command, or a function."""

import inspect
import os
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Union

from cattino import _where
from cattino._durations import seconds
from cattino.tasks.interface import DeviceRequiredTask, integer

__all__ = ["ProcTask"]

_POLICIES = ("requeue", "wait", "fail")
_FACTORS = (1.1, 10)
_SHORTEST = 15
_LONGEST = 30 * 86_400


class ProcTask(DeviceRequiredTask):
    """Runs a command, or a function without parameters, in a process of its own on a node.

    :param cmd_or_func: a command line, which may hold magic strings; a list of program and arguments; or
        a function. Also as ``cmd=`` or ``func=``
    :param env: variables put over the submitter's
    :param task_name: five random characters if it is None
    :param priority: higher first
    :param requires_memory_per_device: on each device: an int is MiB, a float a share from 0 to 1, "auto" what
        earlier runs of the same work used
    :param min_devices: how many devices; without memory: whole free ones. Neither: a task without devices
    :param extra: of the cluster: ``after`` and ``after_any`` (names of tasks or groups that are stored
        already), ``cpus``, ``cwd``, ``hold``, ``labels`` (a dict), ``shell`` (``bash -c`` runs the line);
        ``on_disconnect`` (``"requeue"``, ``"wait"`` or ``"fail"``: what becomes of it if its node stays out of
        contact while it runs), ``lost_after`` (how long that has to be: seconds, ``"5m"`` or a timedelta; 15 s to
        30 days); ``oom_retry`` (1.1 to 10: when it ends for want of memory it is tried again, with so many times
        what it asked for if it wanted more than that);
        ``constraint`` (``"gpu.model=A100|H100,gpu.memory>=40G,label.rack=r1"``: what its node and devices
        must be), ``nodelist`` and ``exclude`` (``"gpu-0[1-4],gpu-9"``: the only nodes, and none of the nodes, that
        it may run on), ``prefer`` (terms as of ``constraint`` that would better hold); each a text or a list
    :raises ValueError: for a function with parameters, and values that make no sense
    :raises TypeError: for an unknown keyword
    """

    def __init__(
        self,
        cmd_or_func: Union[str, Sequence[str], Callable[[], Any], None] = None,
        env: Optional[Mapping[str, str]] = None,
        task_name: Optional[str] = None,
        priority: int = 1,
        requires_memory_per_device: Union[int, float, str] = 0,
        min_devices: Optional[int] = None,
        *,
        cmd: Union[str, Sequence[str], None] = None,
        func: Optional[Callable[[], Any]] = None,
        **extra: Any
    ) -> None:
        given = [it for it in (cmd_or_func, cmd, func) if it is not None]
        if len(given) != 1:
            raise ValueError("give one of cmd_or_func, cmd and func")
        super().__init__(task_name, priority, requires_memory_per_device, min_devices)
        self.env: Dict[str, str] = {str(key): str(value) for key, value in (env or {}).items()}
        self.pid: Optional[int] = None
        """On the node, in ``on_end``: the command's process."""
        self.func: Optional[Callable[[], Any]] = None
        self.cmd: Union[str, List[str], None] = None
        if callable(given[0]):
            self.func = _without_parameters(given[0])
        else:
            self.cmd = _command(given[0])
        for name in extra:
            if name not in _EXTRAS:
                raise TypeError(
                    "ProcTask takes no %r; beside those of the ancestor there are: %s" % (name, ", ".join(_EXTRAS))
                )
        self.extra = {name: _EXTRAS[name](name, value) for name, value in extra.items() if value is not None}


def _names(what: str, value: Any) -> List[str]:
    names = value.split(",") if isinstance(value, str) else list(value)
    if not all(isinstance(name, str) for name in names):
        raise ValueError("%s is a name or a list of names, not %r" % (what, value))
    return names


def _count(what: str, value: Any) -> int:
    if integer(what, value) < 0:
        raise ValueError("%s is at least 0, not %r" % (what, value))
    return int(value)


def _flag(what: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("%s is True or False, not %r" % (what, value))
    return value


def _policy(what: str, value: Any) -> str:
    if value not in _POLICIES:
        raise ValueError("%s is one of %s, not %r" % (what, ", ".join(_POLICIES), value))
    return str(value)


def _lost_after(what: str, value: Any) -> float:
    span = seconds(what, value)
    if not _SHORTEST <= span <= _LONGEST:
        raise ValueError("%s is between 15 seconds and 30 days, not %r" % (what, value))
    return span


def _factor(what: str, value: Any) -> float:
    least, most = _FACTORS
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise ValueError("%s is a number from %s to %s, not %r" % (what, least, most, value))
    return float(value)


def _path(_what: str, value: Any) -> str:
    return os.fspath(value)


def _labels(what: str, value: Any) -> Dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(it, (str, int, float)) for it in value.values()):
        raise ValueError("%s is a dict of words to words or numbers, not %r" % (what, value))
    return {str(key): str(it) for key, it in value.items()}


_EXTRAS: Dict[str, Callable[[str, Any], Any]] = {
    "after": _names,
    "after_any": _names,
    "constraint": _where.constraint,
    "cpus": _count,
    "cwd": _path,
    "exclude": _where.nodes,
    "hold": _flag,
    "labels": _labels,
    "lost_after": _lost_after,
    "nodelist": _where.nodes,
    "on_disconnect": _policy,
    "oom_retry": _factor,
    "prefer": _where.preference,
    "shell": _flag,
}


def _command(cmd: Any) -> Union[str, List[str]]:
    if isinstance(cmd, str):
        if not cmd.strip():
            raise ValueError("the command is empty")
        return cmd
    words = list(cmd)
    if not words or not all(isinstance(word, str) for word in words):
        raise ValueError("a command is a string, or a list of strings with the program first, not %r" % (cmd,))
    return words


def _without_parameters(func: Callable[[], Any]) -> Callable[[], Any]:
    try:
        parameters = inspect.signature(func).parameters.values()
    except ValueError:  # some builtins do not tell
        return func
    needed = [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise ValueError("a function task takes no parameters, and %r takes %s" % (func, ", ".join(needed)))
    return func
