"""Named folders of tasks."""

from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Type, Union

from cattino.tasks.interface import AbstractTask, Task, TaskStatus
from cattino.tasks.task_graph import TaskGraph

__all__ = ["TaskGroup"]

Item = Union[Task, "TaskGroup"]
Strategy = Union[str, TaskGraph]


class TaskGroup(AbstractTask):
    """Tasks and groups under one name, and in which order they run.

    :param tasks: one, or several
    :param execute_strategy: ``"parallel"``: all at once; ``"sequential"``: each when the one before is Done;
        or a :class:`TaskGraph`. Beside a single task, the tasks of the graph join the group
    :param group_name: ``group_of_<first task>`` if it is None
    :raises ValueError: for no task, two of one fullname, a cycle, a task of the graph that is not in the
        group, or one that lies in another group
    """

    def __init__(
        self,
        tasks: Union[Item, Iterable[Item]],
        execute_strategy: Strategy = "parallel",
        group_name: Optional[str] = None,
    ) -> None:
        single = isinstance(tasks, AbstractTask)
        items: List[Item] = [tasks] if single else list(tasks)  # type: ignore[list-item, arg-type]
        if not items:
            raise ValueError("a group needs a task")
        for item in items:
            if not isinstance(item, (Task, TaskGroup)):
                raise TypeError("a group takes tasks and groups, not %r" % (item,))
        super().__init__("group_of_" + _first(items[0]).name if group_name is None else group_name)
        self.execute_strategy = execute_strategy
        self._subtasks: List[Item] = []
        for item in items:
            self._take(item)
        if isinstance(execute_strategy, TaskGraph):
            self._take_graph(execute_strategy, single)
        elif execute_strategy not in ("parallel", "sequential"):
            raise ValueError(
                "execute_strategy is 'parallel', 'sequential' or a TaskGraph, not %r" % (execute_strategy,)
            )
        self._check()

    @classmethod
    def from_name_task_pairs(
        cls,
        pairs: Iterable[Tuple[str, Task]],
        group_types: Optional[Mapping[str, Type["TaskGroup"]]] = None,
        execute_strategy: Strategy = "parallel",
        group_name: Optional[str] = None,
    ) -> "TaskGroup":
        """Builds nested groups.

        :param pairs: of the path of a group below this one, ``a/b``, and a task in it; ``""`` is this group
        :param group_types: classes of groups, by path; default: ``TaskGroup``
        """
        types = dict(group_types or {})
        content: Dict[str, List[Item]] = {}
        for path, task in pairs:
            content.setdefault(path.strip("/"), []).append(task)
        for path in sorted(content):  # groups that hold only groups
            while "/" in path:
                path = path.rpartition("/")[0]
                content.setdefault(path, [])
        content.setdefault("", [])
        for path in sorted((it for it in content if it), key=lambda it: -it.count("/")):
            parent, _, name = path.rpartition("/")
            content[parent].append(types.get(path, TaskGroup)(content[path], group_name=name))
        return types.get("", cls)(content[""], execute_strategy=execute_strategy, group_name=group_name)

    def add_task(self, task: Item) -> None:
        """Adds a task or a group; in a sequential group it is the last."""
        self._take(task)
        self._check()

    @property
    def subtasks(self) -> List[Item]:
        """The tasks and groups right in it."""
        return list(self._subtasks)

    @property
    def all_tasks(self) -> List[Task]:
        """Every task in it, at any depth."""
        found: List[Task] = []
        for item in self._subtasks:
            found.extend(item.all_tasks if isinstance(item, TaskGroup) else [item])
        return found

    @property
    def all_groups(self) -> List["TaskGroup"]:
        """This group and every group in it, outer before inner."""
        found = [self]
        for item in self._subtasks:
            if isinstance(item, TaskGroup):
                found.extend(item.all_groups)
        return found

    @property
    def execute_graph(self) -> TaskGraph:
        """Its tasks and what each waits for, those inside its groups too."""
        graph = TaskGraph()
        graph.add_tasks_from(self._subtasks)
        if isinstance(self.execute_strategy, TaskGraph):
            graph.merge(self.execute_strategy)
        elif self.execute_strategy == "sequential":
            graph.add_edges_from(zip(self._subtasks, self._subtasks[1:]))
        return graph

    @property
    def status(self) -> TaskStatus:
        """That of its tasks, if they all have the same."""
        statuses = {task.status for task in self.all_tasks}
        return statuses.pop() if len(statuses) == 1 else TaskStatus.MultiStatus

    def _take(self, item: Any) -> None:
        if not isinstance(item, (Task, TaskGroup)):
            raise TypeError("a group takes tasks and groups, not %r" % (item,))
        if item._group is not None and item._group is not self:
            raise ValueError("%s lies in the group %s already" % (item.name, item._group.fullname))
        if item not in self._subtasks:
            item._group = self
            self._subtasks.append(item)

    def _take_graph(self, graph: TaskGraph, join: bool) -> None:
        mine = self.all_tasks
        for task in graph:
            if task in mine:
                continue
            if not join:
                raise ValueError("the graph has %s, which is not in the group %s" % (task.name, self.name))
            self._take(task)

    def _check(self) -> None:
        names: Dict[str, Item] = {}
        for item in self._subtasks:
            if names.setdefault(item.name, item) is not item:
                raise ValueError("the group %s has two of the name %s" % (self.name, item.name))
        if self.execute_graph.has_cycle():
            raise ValueError("in the group %s tasks wait for each other" % self.name)

    def __iter__(self) -> Iterator[Item]:
        return iter(list(self._subtasks))

    def __len__(self) -> int:
        return len(self._subtasks)

    def __contains__(self, item: object) -> bool:
        return item in self._subtasks


def _first(item: Item) -> Task:
    return item.all_tasks[0] if isinstance(item, TaskGroup) else item
