"""Turns tasks and groups into a request to store them, as ``meow create`` does with those of a script."""

import getpass
import os
import socket
from typing import Any, Dict, Iterable, List, Optional, Tuple, Union

from cattino import _export, _where
from cattino.tasks.interface import Task
from cattino.tasks.task_graph import TaskGraph
from cattino.tasks.task_group import TaskGroup

__all__ = ["Item", "request"]

Item = Union[Task, TaskGroup, TaskGraph]

_OVERRIDES = ("forbid", "allow", "rename")
_USUAL_UMASK = 0o022


def request(item: Union[Item, Iterable[Item]], override: Optional[str], allow_unfit: bool) -> Dict[str, Any]:
    """A ``SubmitRequest`` without its id.

    :raises TypeError: for what is no task, group or graph
    :raises ValueError: for what only a script can hand in, and an override that is none
    """
    if override is not None and override not in _OVERRIDES:
        raise ValueError("override is one of %s, not %r" % (", ".join(_OVERRIDES), override))
    tops, edges = _tops([item] if isinstance(item, (Task, TaskGroup, TaskGraph)) else item)
    made = _export.document(tops)
    for group in made["groups"]:
        _refuse(group["name"], "it has hooks", bool(group["hooks"]))
    here = os.getcwd()
    asked: Dict[str, Any] = {
        "context": _context(here),
        "tasks": [_spec(task, here) for task in made["tasks"]],
        "groups": [{"fullname": group["name"]} for group in made["groups"]],
        "edges": [{"from": a, "to": b} for a, b in dict.fromkeys(map(tuple, made["edges"] + edges))],
        "overrideMode": "OVERRIDE_MODE_" + (override.upper() if override else "UNSPECIFIED"),
        "allowUnfit": allow_unfit,
    }
    for task in made["tasks"]:
        for key, condition in (("after", "SUCCESS"), ("after_any", "ANY")):
            for name in _names(task.get(key, ())):
                edge = {"from": name, "to": task["name"], "condition": "EDGE_CONDITION_" + condition}
                asked["edges"].append(edge)
    return asked


def _tops(items: Iterable[Any]) -> Tuple[List[Any], List[List[str]]]:
    """What lies in no group, each once, and the edges of graphs."""
    tops: Dict[Any, None] = {}
    edges: List[List[str]] = []
    for item in items:
        if isinstance(item, TaskGraph):
            edges.extend(_export.edges(item))
            for task in item:
                top: Any = task
                while top.group is not None:
                    top = top.group
                _require_all(top, item)
                tops[top] = None
        elif not isinstance(item, (Task, TaskGroup)):
            raise TypeError("submit takes tasks, groups and graphs, not %r" % (item,))
        elif item.group is not None:
            raise ValueError("%s lies in a group: submit %s" % (item.fullname, item.fullname.partition("/")[0]))
        else:
            tops[item] = None
    if not tops:
        raise ValueError("there is no task in it")
    return list(tops), edges


def _require_all(top: Any, graph: TaskGraph) -> None:
    for task in top.all_tasks if isinstance(top, TaskGroup) else ():
        if task not in graph:
            raise ValueError("the graph has not all of the group %s: %s is missing" % (top.name, task.fullname))


def _refuse(name: str, why: str, really: bool = True) -> None:
    """Raises for what a node can only do with the script."""
    if really:
        raise ValueError(
            "%s cannot be handed in from here: %s, for which a node runs the script again.\nPut it into a script that"
            " calls cattino.export, and: meow create script.py" % (name, why)
        )


def _spec(task: Dict[str, Any], here: str) -> Dict[str, Any]:
    name = task["name"]
    _refuse(name, "it is a function", task["kind"] == "function")
    _refuse(name, "it has a class of its own", task["kind"] == "custom")
    _refuse(name, "its class defines " + " and ".join(task["hooks"]), bool(task["hooks"]))
    _refuse(name, "its command calls a resolver with what only the node knows", task["python"])
    spec: Dict[str, Any] = {
        "fullname": name,
        "command": {"argv": task["command"], "shell": bool(task.get("shell"))},
        "priority": task["priority"],
        "env": {key: _printable(value) for key, value in task["env"].items()},
        "labels": {str(key): str(value) for key, value in task.get("labels", {}).items()},
        "cpus": task.get("cpus", 0),
        "workingDirectory": os.path.join(here, task["cwd"]) if "cwd" in task else "",
        "hold": bool(task.get("hold")),
    }
    if "on_disconnect" in task:
        spec["onDisconnect"] = "ON_DISCONNECT_" + task["on_disconnect"].upper()
    if "lost_after" in task:
        spec["lostAfter"] = "%.3fs" % task["lost_after"]
    if "oom_retry" in task:
        spec["oomRetryPermille"] = round(task["oom_retry"] * 1000)
    if "devices" in task:
        spec["devices"] = task["devices"]
    where = _where.where(task)
    if where:
        spec["where"] = where
    return spec


def _names(after: Any) -> List[str]:
    return after.split(",") if isinstance(after, str) else list(after)


def _context(here: str) -> Dict[str, Any]:
    return {
        "workingDirectory": _printable(here),
        "environment": {
            _printable(name): _printable(value) for name, value in os.environ.items() if not _is_denied(name)
        },
        "umask": _umask(),
        "user": _user(),
        "host": socket.gethostname(),
    }


def _is_denied(variable: str) -> bool:
    """Whether it belongs to this machine alone or is secret, so that it is not taken over unasked."""
    name = variable.upper()
    return (
        name.startswith(("SSH_", "CATTINO_"))
        or name.endswith(("_VISIBLE_DEVICES", "_TOKEN"))
        or name in ("DISPLAY", "TOKEN")
        or "SECRET" in name
        or "PASSWORD" in name
    )


def _printable(text: str) -> str:
    """As Unicode that can be sent, whatever bytes the system gave."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _umask() -> int:
    """Where the system tells it (Linux); else the usual one. To ask by setting it would disturb other threads."""
    try:
        with open("/proc/self/status", encoding="utf-8", errors="replace") as status:
            for line in status:
                if line.startswith("Umask:"):
                    return int(line[len("Umask:") :], 8)
    except (OSError, ValueError):
        pass  # not Linux
    return _USUAL_UMASK


def _user() -> str:
    try:
        import pwd  # pylint: disable=import-outside-toplevel  # POSIX alone has it

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        pass
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""
