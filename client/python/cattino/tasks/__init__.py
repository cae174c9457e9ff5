"""Tasks, groups of them, and graphs of what waits for what."""

from cattino.tasks.interface import AbstractTask, DeviceRequiredTask, Task, TaskStatus
from cattino.tasks.proc_task import ProcTask
from cattino.tasks.task_graph import TaskGraph
from cattino.tasks.task_group import TaskGroup

__all__ = [
    "AbstractTask",
    "DeviceRequiredTask",
    "ProcTask",
    "Task",
    "TaskGraph",
    "TaskGroup",
    "TaskStatus",
]
