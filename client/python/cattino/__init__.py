"""Cattino: tasks, and graphs of them, for a farm of GPUs.

A script makes tasks and exports them; ``meow create script.py`` hands them in::

    import cattino
    from cattino.tasks import ProcTask

    cattino.export(ProcTask("python3 train.py", task_name="train", min_devices=1))

Run by hand, such a script does nothing. A notebook or a program calls :func:`submit` instead. Needs
Python 3.8 and nothing else.
"""

import os
import sys
from typing import NoReturn, Union

from cattino import _state, client, tasks
from cattino.client import CattinoError, Submission, TaskInfo, submit
from cattino.constants import CATTINO_RETRY_EXIT_CODE
from cattino.settings import settings
from cattino.tasks.interface import Task, TaskStatus
from cattino.tasks.task_group import TaskGroup
from cattino.utils import Magics

__all__ = [
    "CattinoError",
    "Magics",
    "Submission",
    "Task",
    "TaskGroup",
    "TaskInfo",
    "TaskStatus",
    "client",
    "exit_and_retry",
    "export",
    "phase",
    "settings",
    "submit",
    "tasks",
    "where",
]

__version__ = "0.1.0"


def export(task: Union[Task, TaskGroup]) -> None:
    """Hands in a task or a group when ``meow create`` runs this script; several are one submission.

    :raises TypeError: for anything else
    """
    if not isinstance(task, (Task, TaskGroup)):
        raise TypeError("export takes a Task or a TaskGroup, not %r" % (task,))
    _state.exports.append(task)


def exit_and_retry() -> NoReturn:
    """Ends the task that runs this so that it is tried again, up to the setting ``retry-limit``."""
    sys.exit(CATTINO_RETRY_EXIT_CODE)


def where() -> str:
    """In a task: the directory of its submission, in which each task has its own.

    :raises RuntimeError: elsewhere; while a script exports, there is no such directory yet
    """
    directory = os.environ.get("CATTINO_RUN_DIR", "")
    if not directory:
        raise RuntimeError(
            "the run directory is known when tasks run; in a command it is ${run_dir}"
        )
    return directory


def phase() -> str:
    """``export`` while ``meow create`` runs the script, ``run`` or ``hook`` while a node does, else empty.

    For what a script must not do twice: a node runs it again where hooks or functions need it.
    """
    return _state.phase()
