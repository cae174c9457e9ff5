"""Runs one attempt on a node: the script again, ``on_start``, the work itself, ``on_end``.

It is the process that the agent watches. What the script and its hooks print goes to ``hooks.log``, what the
work prints to ``stdout.log`` and ``stderr.log``. It exits as the work did.
"""

import asyncio
import atexit
import contextlib
import inspect
import json
import os
import shlex
import signal
import subprocess
import sys
import traceback
from typing import Any, Callable, Dict, Iterator, List, NoReturn, Optional

from cattino import _script
from cattino.tasks.interface import TaskStatus
from cattino.tasks.proc_task import ProcTask
from cattino.utils import Magics, join_expressions

__all__ = ["main"]

HOOK_SECONDS = 30
"""How long ``on_end`` may take."""
_LAST_WARNINGS = 5
"""How often ``on_end`` is told that its time is over, a second apart, before it is cut off."""

_FAILED, _NOT_EXECUTABLE, _NOT_FOUND, _SIGNALLED = 1, 126, 127, 128


def main(work_path: str) -> NoReturn:
    """Does what the file of the agent says, and exits with the code of the work."""
    with open(work_path, encoding="utf-8") as file:
        sys.exit(_Runner(json.load(file)).run())


class _Stopped(BaseException):
    """The attempt is to end, and its work has not begun. Nothing of the user's that catches Exception."""


class _TooLong(BaseException):
    """``on_end`` has had its time."""


class _Runner:
    def __init__(self, work: Dict[str, Any]) -> None:
        self.work = work
        self.out, self.err = os.dup(1), os.dup(2)
        self.child: Optional[int] = None
        self.stopped: Optional[int] = None
        self.object: Any = None

    def run(self) -> int:
        self.print_to(self.work["hooksLog"])
        os.environ["CATTINO_PHASE"] = "hook"
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            exports = self.exports()
            for number, group in enumerate(self.work.get("groups", ())):
                self.start_group(exports, number, group)
            if self.work["kind"] == "group_end":
                self.object = self.find(exports, self.work)
                return 0 if self.hook("on_end") else _FAILED
            self.object = self.find(exports, self.work) if self.work["exportPath"] else ProcTask(["true"])
            self.object.assigned_device_indices = list(self.work["devices"])
            self.object._status = TaskStatus.Running
            before = (_copy(getattr(self.object, "cmd", None)), dict(getattr(self.object, "env", None) or {}))
            if not self.hook("on_start"):
                return _FAILED
            code = self.do(before)
        except _Stopped:
            return _SIGNALLED + (self.stopped or signal.SIGTERM)
        self.end(code)
        return code

    def print_to(self, path: str) -> None:
        """From here on, what Python prints goes to this file."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)

    def start_group(self, exports: List[Any], number: int, group: Dict[str, str]) -> None:
        """``on_start`` of a group, before its first task."""
        self.print_to(group["hooksLog"])
        found = self.find(exports, group)
        try:
            with self.told("on_start of the group %s" % group["exportedName"], group["hooksLog"], "group"):
                _complete(found.on_start)
        except _Stopped:
            raise
        except BaseException as problem:  # pylint: disable=broad-except  # the user's code
            traceback.print_exc()
            if self.stopped is not None:
                raise _Stopped() from None
            self.refuse(
                "on_start of the group %s failed: %s: %s" % (group["exportedName"], type(problem).__name__, problem),
                "what it printed is in " + group["hooksLog"],
                "group",
            )
        self.started(number)
        self.print_to(self.work["hooksLog"])

    def started(self, number: int) -> None:
        """Tells the agent that the ``on_start`` of a group is over; in place, so that a full disk does not matter."""
        with open(os.path.join(self.work["records"], "group-starts"), "r+b") as file:
            file.seek(number)
            file.write(b"+")

    def find(self, exports: List[Any], place: Dict[str, Any]) -> Any:
        """The object at a place."""
        try:
            return _script.find(exports, place["exportPath"], place["exportedName"])
        except LookupError as problem:
            self.refuse(str(problem), "what must not run twice: if cattino.phase() == 'export': ...")

    def exports(self) -> List[Any]:
        """What the script exports, run again."""
        work = self.work
        text = "" if os.path.exists(work["path"]) else work["text"]
        try:
            with self.told("%s, which was run again," % os.path.basename(work["path"]), work["hooksLog"]):
                return _script.execute(work["path"], work["arguments"], work["searchPath"], work["seed"], text)
        except _Stopped:
            raise
        except BaseException as problem:  # pylint: disable=broad-except  # SystemExit too: it is the user's script
            traceback.print_exc()
            self.refuse(
                "%s cannot be run again on %s: %s: %s (Python %s at %s)"
                % (
                    os.path.basename(work["path"]),
                    work["node"],
                    type(problem).__name__,
                    problem,
                    sys.version.split()[0],
                    sys.executable,
                ),
                "the same environment on all nodes, or one that they share: meow create --python /shared/venv/bin/python"
                " ...",
            )

    def refuse(self, text: str, hint: str, *whose: str) -> NoReturn:
        """Ends the attempt before its work began, and says why to people.

        :param whose: ``group`` if no task of the first group that has not started can run
        """
        self.record("hook-failure", text, hint, *whose)
        print("cattino: " + text, file=sys.stderr)
        sys.exit(_FAILED)

    def record(self, name: str, text: str, *lines: str) -> str:
        """Writes to a file for the agent, which is returned."""
        path = os.path.join(self.work["records"], name)
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:  # what is no text may be in it
            file.write("\n".join((" ".join(text.split()), *lines)) + "\n")
        return path

    @contextlib.contextmanager
    def told(self, what: str, log: str, *whose: str) -> Iterator[None]:
        """What runs in this is the user's, and may end the process with any exit code, also 0, which would count as
        the work's: so the agent is told before what it was then.

        :param whose: as of ``refuse``
        """
        text = what + " ended the process: by os._exit, or by a signal from elsewhere"
        try:
            path = self.record("in-hook", text, "raise an error instead; what it printed is in " + log, *whose)
        except OSError:  # the disk is full
            yield
            return
        try:
            yield
        finally:
            os.remove(path)

    def hook(self, name: str) -> bool:
        """Whether it ran to its end; ``on_start`` that fails ends the attempt."""
        if name not in self.work["hooks"]:
            return True
        try:
            if name == "on_start":
                with self.told("on_start of %s" % self.work["exportedName"], self.work["hooksLog"]):
                    _complete(self.object.on_start)
            else:
                _complete(getattr(self.object, name))
            return True
        except _Stopped:
            raise
        except BaseException as problem:  # pylint: disable=broad-except  # the user's code
            traceback.print_exc()
            if name == "on_start" and self.stopped is not None:
                raise _Stopped() from None
            if name == "on_start":
                self.refuse(
                    "on_start of %s failed: %s: %s" % (self.work["exportedName"], type(problem).__name__, problem),
                    "what it printed: meow logs -s hooks NAME",
                )
            print("cattino: on_end of %s failed" % self.work["exportedName"], file=sys.stderr)
            return False

    def do(self, before: Any) -> int:
        """The work itself; its exit code, 128+n for signal n."""
        os.environ["CATTINO_PHASE"] = "run"
        sys.stdout.flush()
        sys.stderr.flush()
        kind = self.work["kind"]
        if kind == "command":
            return self.command(before)
        if kind == "function":
            return self.wait(self.fork(lambda: _complete(self.object.func)))
        return self.wait(self.fork(lambda: _custom(self.object)))

    def command(self, before: Any) -> int:
        try:
            argv = self.argv(before[0])
            now = dict(getattr(self.object, "env", None) or {})
            for name in set(before[1]) | set(now):
                if name not in now:
                    os.environ.pop(name, None)
                elif before[1].get(name) != now[name]:
                    os.environ[name] = str(now[name])
        except (TypeError, ValueError) as problem:
            self.refuse(
                "on_start of %s left a command or an env that cannot be used: %s"
                % (self.work["exportedName"], problem),
                "self.cmd is a line or a list of words, self.env is a dict of strings",
            )
        os.environ.pop("CATTINO_PHASE", None)
        try:
            process = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
                argv, stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.err, preexec_fn=lambda: os.setpgid(0, 0)
            )
        except OSError as problem:
            os.write(self.err, ("cattino: %s: %s\n" % (argv[0], problem.strerror)).encode())
            return _NOT_EXECUTABLE if isinstance(problem, PermissionError) else _NOT_FOUND
        self.object.pid = process.pid
        return self.wait(process.pid)

    def argv(self, exported: Any) -> List[str]:
        """The command that was recorded, unless ``on_start`` made it another one."""
        now = self.object.cmd
        shell = self.work["shell"]
        if now == exported:
            words = self.work["command"]
        else:
            words = [now] if shell else list(now) if not isinstance(now, str) else shlex.split(now)
            if not words or not words[0] or not all(isinstance(word, str) for word in words):
                raise ValueError("the command is %r" % (now,))
        if shell:
            return ["bash", "-c", words[0]]
        return [Magics.resolve(word, **self.work["magic"]) for word in join_expressions(words)]

    def fork(self, work: Callable[[], Any]) -> int:
        """Does it in a process of its own, which ends as a program of Python does: threads, atexit, open files."""
        child = os.fork()
        if child:
            # What the script registered is the child's to run.
            atexit._clear()  # pylint: disable=protected-access
            return child
        code = _FAILED
        try:
            os.setpgid(0, 0)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(self.out, 1)
            os.dup2(self.err, 2)
            result = work()
            code = result if isinstance(result, int) and self.work["kind"] == "custom" else 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else _FAILED
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        except BaseException:  # pylint: disable=broad-except  # the user's code
            traceback.print_exc()
        raise SystemExit(code & 0xFF)

    def wait(self, child: int) -> int:
        self.child = child
        if self.stopped is not None:  # it came while the child was being started
            self.forward(self.stopped)
        _, status = os.waitpid(child, 0)
        self.child = None
        if os.WIFSIGNALED(status):
            return _SIGNALLED + os.WTERMSIG(status)
        return os.WEXITSTATUS(status)

    def on_signal(self, number: int, _frame: Any) -> None:
        first = self.stopped is None
        self.stopped = number
        if self.child is not None:
            self.forward(number)
        elif first and os.environ.get("CATTINO_PHASE") == "hook" and self.object_is_waiting():
            raise _Stopped()

    def object_is_waiting(self) -> bool:
        """Whether its work is still to begin."""
        return getattr(self.object, "exit_code", None) is None

    def forward(self, number: int) -> None:
        try:
            os.killpg(self.child or 0, number)
        except ProcessLookupError:
            pass  # it has just ended

    def end(self, code: int) -> None:
        """``on_end``, unless the task was cancelled."""
        os.environ["CATTINO_PHASE"] = "hook"
        self.object.exit_code = code
        stopping = self.stopping()
        self.object._status = TaskStatus.Done if code == 0 and not stopping else TaskStatus.Failed
        if stopping == "Killed" or not stopping:
            self.last_hook(code)
        sys.stdout.flush()
        sys.stderr.flush()

    def last_hook(self, code: int) -> None:
        """``on_end`` with its limit; what does not heed it is cut off, and the task keeps its exit code."""
        warnings = iter(range(_LAST_WARNINGS))

        def too_long(_number: int, _frame: Any) -> NoReturn:
            if next(warnings, None) is None:
                os._exit(code & 0xFF)
            raise _TooLong("on_end takes longer than %d s" % HOOK_SECONDS)

        signal.signal(signal.SIGALRM, too_long)
        signal.setitimer(signal.ITIMER_REAL, HOOK_SECONDS, 1)
        try:
            self.hook("on_end")
        except _TooLong as problem:  # it came when the hook had just failed
            print("cattino: %s" % problem, file=sys.stderr)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def stopping(self) -> str:
        """Why the agent stops it: ``Killed``, ``Cancelled``, ...; empty if it does not."""
        try:
            with open(os.path.join(self.work["records"], "stopping"), encoding="ascii") as file:
                return file.read().strip()
        except FileNotFoundError:
            return ""


def _copy(command: Any) -> Any:
    """As it is now: a list may be changed in place."""
    return list(command) if isinstance(command, list) else command


def _complete(function: Callable[[], Any]) -> Any:
    """Calls it, and awaits what it returns if that can be awaited."""
    result = function()
    if inspect.isawaitable(result):

        async def awaited() -> Any:
            return await result

        return asyncio.run(awaited())
    return result


def _custom(task: Any) -> int:
    """A class of task of the user's own: it starts something, and waits for it."""
    _complete(task.start)
    _complete(task.wait)
    return 0 if task.status == TaskStatus.Done or task.status == TaskStatus.Running else _FAILED
