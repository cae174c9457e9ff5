"""Hands in tasks from a notebook or a program, waits for them, reads their logs and calls them off.

::

    import cattino
    from cattino.tasks import ProcTask

    handle = cattino.submit(ProcTask("python3 train.py", task_name="train", min_devices=1))
    print(handle.wait()[0].status, handle.logs())
"""

import base64
import time
import warnings
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Optional, Sequence, Union

from cattino import _script, _server, _state, _submit
from cattino._connect import Connection, new_id
from cattino._errors import CattinoError
from cattino._submit import Item
from cattino.tasks.interface import TaskStatus

__all__ = ["MAX_LOG_BYTES", "CattinoError", "Client", "Submission", "TaskInfo", "submit"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_PATIENCE = 60.0
"""Seconds for which waiting goes on though nobody answers: a server that is started anew."""
_PAGE, _NAMES = 1_000, 10_000
"""What one call takes at most."""
_SHOWN = 5
MAX_LOG_BYTES = 16 << 20
"""What ``logs`` returns at most unless it is told otherwise."""
_STREAMS = ("stdout", "stderr", "hooks")
_STATUS = "TASK_STATUS_"
_ENDED = (TaskStatus.Done, TaskStatus.Failed, TaskStatus.Cancelled)


@dataclass(frozen=True)
class TaskInfo:
    """A task of the cluster, as it was when it was asked for."""

    id: int
    name: str
    """Its fullname, ``group/sub/name``."""
    status: TaskStatus
    exit_code: Optional[int]
    """Of the newest attempt, 128+n for signal n; None if there is none."""
    reason: str
    """Why it is in its status, in words; may be empty."""
    reason_code: str
    """The same as a word: ``Dependency``, ``Memory``, ``Killed``, ..."""
    stuck: bool
    """Whether it waits and only a person can change that: what it waits for failed, or it is held."""
    node: str
    """Where its newest attempt is or was; empty if there is none."""
    attempt: int
    """Number of the newest attempt; 0: none."""
    directory: str
    """Its own, with its logs, on its node."""

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or only a person can let it go on."""
        return self.stuck or self.status in _ENDED


class Client:
    """Calls one cluster; by default the one that ``meow`` calls. Any thread may use it.

    :param host: of a coordinator
    :param http_port: its port for HTTP; default: that of this host's server, else 19193
    :param token: what it wants to hear; default: from ``$CATTINO_TOKEN_FILE``, the configuration, or for this
        host's own server, its file
    :param timeout: seconds for one call, repetitions after broken connections included, and at least 10 of them if
        several coordinators are known; 0: no limit; default: the setting ``timeout``
    :raises ValueError: for an address that makes no sense
    :raises CattinoError: if this host's server is meant, and there is none
    """

    def __init__(
        self,
        host: Optional[str] = None,
        http_port: Optional[int] = None,
        token: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> None:
        seconds = _server.timeout() if timeout is None else timeout
        if seconds < 0:
            raise ValueError("timeout is at least 0, not %r" % timeout)
        self._connection = Connection(_server.find(host, http_port, token), seconds)

    def submit(
        self, item: Union[Item, Iterable[Item]], override: Optional[str] = None, *, allow_unfit: bool = False
    ) -> "Submission":
        """Stores tasks, whole or not at all; they run in this directory, with this environment.

        :param item: a task, a group, a graph, or several
        :param override: if a name exists: ``forbid``, ``allow`` (replace what has ended) or ``rename``;
            default: the cluster's setting
        :param allow_unfit: also what no node could ever run
        :raises TypeError: for what is none of these
        :raises ValueError: for what only ``meow create`` can hand in: functions, hooks, classes of its own
        :raises RuntimeError: while ``meow create`` runs the script, which exports
        :raises CattinoError: if it is refused, or nobody answers
        """
        if _state.phase() == "export":
            raise RuntimeError("meow create runs this script: call cattino.export(task), not cattino.submit(task)")
        _script.load_resolvers()
        request = _submit.request(item, override, allow_unfit)
        request["requestId"] = new_id()
        return Submission(self, self._connection.call("Submit", request))

    def tasks(self, names: Sequence[str] = (), *, submission: str = "") -> List[TaskInfo]:
        """Tasks, in the order of their acceptance; all of them unless something is said.

        :param names: of tasks or groups
        :param submission: id of the submission that they are of
        :raises CattinoError: for a name that neither a task nor a group has
        """
        return self._all(_query(names, submission))

    def _all(self, query: Dict[str, Any]) -> List[TaskInfo]:
        found: List[TaskInfo] = []
        page = ""
        while True:
            answer = self._page(query, page)
            found.extend(_info(task) for task in answer.get("tasks", ()))
            page = answer.get("nextPageToken", "")
            if not page:
                return found

    def wait(self, names: Sequence[str], timeout: Optional[float] = None) -> List[TaskInfo]:
        """Returns when each task is over: it has ended, or only a person can let it go on (``stuck``).

        :param names: of tasks or groups
        :param timeout: seconds; None: as long as it takes
        :raises TimeoutError: when the time is up; the tasks go on
        :raises CattinoError: for a name that neither a task nor a group has
        """
        wanted = _list(names)
        return self._wait(_query(wanted, ""), wanted, timeout) if wanted else []

    def _wait(self, query: Dict[str, Any], names: List[str], timeout: Optional[float]) -> List[TaskInfo]:
        begin = heard = time.monotonic()
        pause = _FIRST_PAUSE
        while True:
            try:
                if not self._goes_on(query):
                    return self._all(query)
                heard = time.monotonic()
            except CattinoError as error:
                if not error.passes or time.monotonic() - heard > _PATIENCE:
                    raise
            left = pause if timeout is None else begin + timeout - time.monotonic()
            if left <= 0:
                raise TimeoutError("not over after %g s: %s" % (timeout or 0, _some(names)))
            time.sleep(min(pause, left))
            pause = min(1.5 * pause, _LONGEST_PAUSE)

    def cancel(self, names: Sequence[str]) -> List[str]:
        """Calls off what has not ended, and says what that was; running tasks are stopped.

        :param names: of tasks or groups
        :raises CattinoError: for a name that neither a task nor a group has; the others are called off
        """
        wanted = _list(names)
        changes: List[Dict[str, Any]] = []
        for begin in range(0, len(wanted), _NAMES):
            request = {"requestId": new_id(), "selector": {"names": wanted[begin : begin + _NAMES]}}
            changes.extend(self._connection.call("CancelTasks", request).get("changes", ()))
        _require_known([it["fullname"] for it in changes if it.get("outcome") == "OUTCOME_NOT_FOUND"])
        return [it["fullname"] for it in changes if it.get("outcome") == "OUTCOME_CHANGED"]

    def logs(self, name: str, stream: str = "stdout", max_bytes: int = MAX_LOG_BYTES) -> str:
        """What the newest attempt of a task has written so far; empty before it started. It is read from its node.

        :param name: of a task; with ``hooks`` also of a group, for what its own hooks printed
        :param stream: ``stdout``, ``stderr`` or ``hooks``
        :param max_bytes: of a longer log, only the last lines in so many bytes; a ``UserWarning`` says so
        :raises CattinoError: if there is no such task, or its node cannot be asked
        """
        if stream not in _STREAMS:
            raise ValueError("stream is one of %s, not %r" % (", ".join(_STREAMS), stream))
        if max_bytes < 1:
            raise ValueError("max_bytes is at least 1, not %r" % max_bytes)
        log = self._log(name, stream, max_bytes)
        if stream == "hooks":
            # A group's log is a file on each node that ran one of its hooks; nodes may share it.
            end = self._log_of_end(name, max_bytes)
            log = end if end.startswith(log) else log + end
        return log.decode("utf-8", "replace")

    def _log(self, name: str, stream: str, max_bytes: int) -> bytes:
        request = {"fullname": name, "kind": "LOG_KIND_" + stream.upper(), "offset": -max_bytes}
        page = self._connection.call("ReadLogPage", request)
        log = _bytes(page)
        left_out = int(page.get("offset", 0))
        while page.get("more") and len(log) < max_bytes:
            request.update(offset=page.get("nextOffset", 0), attempt=page.get("attempt", 0))
            page = self._connection.call("ReadLogPage", request)
            if int(page.get("dropped", 0)):  # what comes behind a gap is the last that there is in one piece
                log, left_out = b"", int(page.get("offset", 0))
            log += _bytes(page)
        if not left_out:
            return log
        part, end, lines = log.partition(b"\n")
        log = lines or part + end
        warnings.warn(
            "only the last %d bytes of the %s of %s; all of it: meow logs -s %s %s"
            % (len(log), stream, name, stream, name),
            stacklevel=3,
        )
        return log

    def _log_of_end(self, group: str, max_bytes: int) -> bytes:
        try:
            return self._log(group + "/@on_end", "hooks", max_bytes)
        except CattinoError as error:
            if error.code not in ("not_found", "invalid_argument"):  # invalid: no group lies so deep
                raise
            return b""

    def _goes_on(self, query: Dict[str, Any]) -> bool:
        """Whether some task is not over; asks for no more than it has to."""
        unfinished = dict(query, statuses=[_STATUS + "WAITING", _STATUS + "RUNNING"])
        page = ""
        while True:
            answer = self._page(unfinished, page)
            if not all(_info(task).is_over for task in answer.get("tasks", ())):
                return True
            page = answer.get("nextPageToken", "")
            if not page:
                return False

    def _page(self, query: Dict[str, Any], page: str) -> Dict[str, Any]:
        answer = self._connection.call("ListTasks", {"query": query, "pageSize": _PAGE, "pageToken": page})
        _require_known(answer.get("unknownNames", ()))
        return answer


class Submission:
    """What was stored by one :func:`submit`."""

    def __init__(self, client: Client, answer: Dict[str, Any]) -> None:
        self._client = client
        self.id: str = answer["submissionId"]
        self.names: List[str] = [task["fullname"] for task in answer.get("tasks", ())]
        """The final fullnames of its tasks."""
        self.directory: str = answer.get("runDir", "")
        """Where its tasks have theirs, on their nodes."""

    def tasks(self) -> List[TaskInfo]:
        """Its tasks as they are now, but for those that were removed."""
        return self._client.tasks(submission=self.id)

    def status(self) -> TaskStatus:
        """That of its tasks if they all have the same, else MultiStatus.

        :raises CattinoError: if all of them were removed
        """
        statuses = {task.status for task in self.tasks()}
        if not statuses:
            raise CattinoError("not_found", "no task of the submission is left: %s" % _some(self.names))
        return statuses.pop() if len(statuses) == 1 else TaskStatus.MultiStatus

    def wait(self, timeout: Optional[float] = None) -> List[TaskInfo]:
        """Its tasks, when each is over, as of :meth:`Client.wait`.

        :raises TimeoutError: when so many seconds have passed; the tasks go on
        """
        return self._client._wait(_query((), self.id), self.names, timeout)

    def logs(self, name: Optional[str] = None, stream: str = "stdout", max_bytes: int = MAX_LOG_BYTES) -> str:
        """What one of its tasks has written so far, as of :meth:`Client.logs`.

        :param name: needed if there are several
        :raises ValueError: if it is none of them
        """
        if name is None and len(self.names) == 1:
            name = self.names[0]
        if name not in self.names:
            raise ValueError("%r is no task of the submission; name one of %s" % (name, _some(self.names)))
        return self._client.logs(name, stream, max_bytes)

    def cancel(self) -> List[str]:
        """Calls off what of it has not ended, and says what that was."""
        names = [task.name for task in self.tasks() if task.status not in _ENDED]
        return self._client.cancel(names) if names else []

    def __repr__(self) -> str:
        return "Submission(%s)" % _some(self.names)


def submit(
    item: Union[Item, Iterable[Item]], override: Optional[str] = None, *, allow_unfit: bool = False
) -> Submission:
    """Stores tasks in the cluster that ``meow`` calls, as :meth:`Client.submit`."""
    return Client().submit(item, override, allow_unfit=allow_unfit)


def _query(names: Sequence[str], submission: str) -> Dict[str, Any]:
    return {"names": _list(names), "submissionId": submission}


def _list(names: Sequence[str]) -> List[str]:
    """One name alone is taken for a list of it, rather than for its letters."""
    return [names] if isinstance(names, str) else list(names)


def _some(names: List[str]) -> str:
    """The first of them, for people."""
    return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")


def _require_known(unknown: Iterable[str]) -> None:
    missing = ", ".join(unknown)
    if missing:
        raise CattinoError("not_found", "there is no task or group %s" % missing, "all there are: meow list -a")


def _bytes(page: Dict[str, Any]) -> bytes:
    return base64.b64decode(page.get("data", ""))


def _info(task: Dict[str, Any]) -> TaskInfo:
    """Protobuf's JSON leaves out what is zero or empty."""
    attempts = task.get("attempts", ())
    newest = attempts[-1] if attempts else {}
    name = task["spec"]["fullname"]
    reason = task.get("reason", {})
    word = task["status"][len(_STATUS) :].capitalize()
    return TaskInfo(
        id=int(task["id"]),
        name=name,
        status=TaskStatus[word],
        exit_code=task.get("exitCode"),
        reason=reason.get("text", ""),
        reason_code=reason.get("code", ""),
        stuck=task.get("stuck", False),
        node=newest.get("node", ""),
        attempt=newest.get("ref", {}).get("number", 0),
        directory="%s/%s" % (task["runDir"], name) if task.get("runDir") else "",
    )
