"""Turns what a script exports into a document for ``meow create``."""

import json
import os
import shlex
import sys
from typing import Any, Dict, List, Tuple

from cattino import _script
from cattino.tasks.interface import Task
from cattino.tasks.proc_task import ProcTask
from cattino.tasks.task_graph import TaskGraph
from cattino.tasks.task_group import TaskGroup
from cattino.utils import Magics, join_expressions

__all__ = ["document", "edges", "main"]


def main(request_path: str) -> None:
    """Runs the script of a request, ``{script, args, seed, out}``, and writes the document to ``out``."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    os.environ["CATTINO_PHASE"] = "export"
    # The caller's standard output is for the caller: whatever a script prints goes to standard error.
    sys.stdout.flush()
    os.dup2(2, 1)
    script = os.path.abspath(request["script"])
    search = [os.getcwd(), os.path.dirname(os.path.realpath(script))]  # as python does with a link
    exports = _script.execute(request["script"], request["args"], search, request["seed"])
    made = document(exports)
    made["script"] = {"path": script, "python": sys.executable, "sysPath": search, "seed": request["seed"]}
    with open(request["out"], "w", encoding="utf-8") as file:
        json.dump(made, file)


def document(exports: List[Any]) -> Dict[str, Any]:
    """Everything that is exported, in the order of the calls: tasks, groups, and edges by fullname."""
    made: Dict[str, Any] = {"exports": [], "tasks": [], "groups": [], "edges": []}
    for index, item in enumerate(exports):
        if item.group is not None:
            raise ValueError("%r lies in a group: export the group %r instead" % (item.fullname, item.group.fullname))
        made["exports"].append({"name": item.name, "group": isinstance(item, TaskGroup)})
        for path, found in _walk(item, str(index)):
            if isinstance(found, TaskGroup):
                made["groups"].append({"name": found.fullname, "exportPath": path, "hooks": found.hooks()})
            else:
                made["tasks"].append(_task(found, path))
        if isinstance(item, TaskGroup):
            made["edges"].extend(edges(item.execute_graph))
    return made


def edges(graph: TaskGraph) -> List[List[str]]:
    """The edges of a graph by fullname."""
    return [[before.fullname, after.fullname] for before, after in graph.edges]


def _walk(item: Any, path: str) -> List[Tuple[str, Any]]:
    found = [(path, item)]
    if isinstance(item, TaskGroup):
        for index, child in enumerate(item.subtasks):
            found.extend(_walk(child, "%s/%d" % (path, index)))
    return found


def _task(task: Task, path: str) -> Dict[str, Any]:
    made: Dict[str, Any] = {
        "name": task.fullname,
        "exportPath": path,
        "priority": task.priority,
        "hooks": task.hooks(),
        "kind": "custom",
    }
    if isinstance(task, ProcTask):
        made["kind"] = "command" if task.func is None else "function"
        made["env"] = task.env
        made.update({key: value for key, value in task.extra.items() if value is not None})
        if task.func is None:
            made["command"] = _command(task)
            made["python"] = any(Magics.needs_python(word) for word in join_expressions(made["command"]))
    need = getattr(task, "need", lambda: None)()
    if need is not None:
        made["devices"] = need
    return made


def _command(task: ProcTask) -> List[str]:
    """Program and arguments, with every expression resolved that needs no node."""
    if not isinstance(task.cmd, str):
        return [Magics.resolve_early(word) for word in task.cmd or []]
    if task.extra.get("shell"):
        return [task.cmd]
    try:
        return shlex.split(Magics.resolve_early(task.cmd))
    except ValueError as problem:
        raise ValueError("the command of %s cannot be split: %s: %s" % (task.fullname, problem, task.cmd)) from None
