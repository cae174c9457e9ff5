"""Which tasks wait for which."""

from typing import Any, Callable, Dict, Iterable, Iterator, List, Tuple, Union

from cattino.tasks.interface import AbstractTask, Task

__all__ = ["TaskGraph"]

Node = Union[Task, "TaskGroup"]  # type: ignore[name-defined]  # noqa: F821


class TaskGraph:
    """Tasks, and edges from each to those that wait for it. A group in an edge stands for all its tasks."""

    def __init__(self) -> None:
        self._next: Dict[Task, Dict[Task, None]] = {}

    def add_task(self, task: Node) -> None:
        """Adds a task, or all tasks of a group with the order that the group gives them."""
        for one in _tasks(task):
            self._next.setdefault(one, {})
        if not isinstance(task, Task):
            self.merge(task.execute_graph)

    def add_tasks_from(self, tasks: Iterable[Node]) -> None:
        """Adds each of them."""
        for task in tasks:
            self.add_task(task)

    def add_edge(self, before: Node, after: Node) -> None:
        """``after`` starts when ``before`` is Done."""
        self.add_task(before)
        self.add_task(after)
        for first in _tasks(before):
            for then in _tasks(after):
                self._next[first][then] = None

    def add_edges_from(self, edges: Iterable[Tuple[Node, Node]]) -> None:
        """Adds each of them."""
        for before, after in edges:
            self.add_edge(before, after)

    def remove_task(self, task: Node) -> None:
        """Removes a task, or a group's, and every edge of it.

        :raises KeyError: if it is not in the graph
        """
        for one in _tasks(task):
            del self._next[one]
            for nexts in self._next.values():
                nexts.pop(one, None)

    def remove_tasks_from(self, tasks: Iterable[Node]) -> None:
        """Removes each of them."""
        for task in tasks:
            self.remove_task(task)

    def remove_edge(self, before: Node, after: Node) -> None:
        """Removes an edge, or those between two groups.

        :raises KeyError: if it is not in the graph
        """
        for first in _tasks(before):
            for then in _tasks(after):
                del self._next[first][then]

    def remove_edges_from(self, edges: Iterable[Tuple[Node, Node]]) -> None:
        """Removes each of them."""
        for before, after in edges:
            self.remove_edge(before, after)

    def merge(self, other: "TaskGraph") -> None:
        """Adds the tasks and edges of another graph."""
        for task, nexts in other._next.items():
            self._next.setdefault(task, {}).update(nexts)
        for nexts in other._next.values():
            for task in nexts:
                self._next.setdefault(task, {})

    @property
    def tasks(self) -> List[Task]:
        """Every task, in the order of adding."""
        return list(self._next)

    @property
    def edges(self) -> List[Tuple[Task, Task]]:
        """Every edge."""
        return [(task, after) for task, nexts in self._next.items() for after in nexts]

    def neighbors(self, task: Task) -> List[Task]:
        """The tasks that wait for this one.

        :raises KeyError: if it is not in the graph
        """
        return list(self._next[task])

    def has_cycle(self) -> bool:
        """Whether some tasks wait for each other."""
        waits = {task: 0 for task in self._next}
        for nexts in self._next.values():
            for task in nexts:
                waits[task] += 1
        ready = [task for task, count in waits.items() if count == 0]
        done = 0
        while ready:
            done += 1
            for task in self._next[ready.pop()]:
                waits[task] -= 1
                if waits[task] == 0:
                    ready.append(task)
        return done < len(self._next)

    def filter_tasks(self, predicate: Callable[[Task], bool]) -> "TaskGraph":
        """The graph of those for which the predicate is true, with the edges between them."""
        graph = TaskGraph()
        for task, nexts in self._next.items():
            if predicate(task):
                graph._next[task] = {after: None for after in nexts if predicate(after)}
        return graph

    @property
    def nx_graph(self) -> Any:
        """The same as a ``networkx.DiGraph``; needs networkx."""
        import networkx  # pylint: disable=import-outside-toplevel

        graph = networkx.DiGraph()
        graph.add_nodes_from(self._next)
        graph.add_edges_from(self.edges)
        return graph

    def __len__(self) -> int:
        return len(self._next)

    def __iter__(self) -> Iterator[Task]:
        return iter(list(self._next))

    def __contains__(self, task: object) -> bool:
        return task in self._next


def _tasks(node: Node) -> List[Task]:
    if isinstance(node, Task):
        return [node]
    if isinstance(node, AbstractTask):
        return node.all_tasks  # type: ignore[attr-defined, no-any-return]
    raise TypeError("a graph takes tasks and groups, not %r" % (node,))
