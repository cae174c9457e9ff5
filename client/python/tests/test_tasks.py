"""Tasks, groups and graphs: their names, rules and words."""

import asyncio
import unittest
from datetime import timedelta
from pathlib import Path

import cattino
from cattino.tasks import ProcTask, Task, TaskGraph, TaskGroup, TaskStatus


def command(name, **more):
    return ProcTask("true", task_name=name, **more)


class Statuses(unittest.TestCase):
    def test_equal_a_word_in_whatever_case(self):
        self.assertEqual(TaskStatus.Running, "running")
        self.assertEqual(TaskStatus.Running, "RUNNING")
        self.assertNotEqual(TaskStatus.Running, "Done")
        self.assertEqual(str(TaskStatus.MultiStatus), "MultiStatus")
        self.assertEqual({TaskStatus.Done: 1}[TaskStatus.Done], 1)


class ProcTasks(unittest.TestCase):
    def test_take_the_arguments_of_the_ancestor(self):
        task = ProcTask("a b", {"X": 1}, "name", 3, 1000, 2)
        self.assertEqual((task.cmd, task.env, task.name, task.priority), ("a b", {"X": "1"}, "name", 3))
        self.assertEqual((task.requires_memory_per_device, task.min_devices), (1000, 2))
        self.assertEqual(ProcTask("a").priority, 1)
        self.assertEqual(ProcTask("a").min_devices, 1)
        self.assertEqual(Task().priority, 0)

    def test_take_a_command_or_a_function_by_each_of_its_names(self):
        self.assertEqual(ProcTask(cmd="a").cmd, "a")
        self.assertEqual(ProcTask(["a", "b c"]).cmd, ["a", "b c"])
        self.assertIs(ProcTask(func=print).func, print)
        self.assertRaises(ValueError, ProcTask)
        self.assertRaises(ValueError, ProcTask, "a", cmd="b")
        self.assertRaises(ValueError, ProcTask, " ")

    def test_refuse_functions_with_parameters(self):
        with self.assertRaisesRegex(ValueError, "takes no parameters.* takes x"):
            ProcTask(lambda x: x)
        self.assertIsNotNone(ProcTask(lambda x=1, *more, **other: x).func)

    def test_refuse_values_that_make_no_sense(self):
        for keywords in (
            {"requires_memory_per_device": 1.5},
            {"requires_memory_per_device": -1},
            {"requires_memory_per_device": "a"},
            {"min_devices": -1},
            {"min_devices": 0, "requires_memory_per_device": 5},
            {"min_devices": 0, "requires_memory_per_device": "auto"},
            {"requires_memory_per_device": "Auto"},
            {"priority": 1.5},
            {"task_name": "a/b"},
            {"task_name": "backend"},
            {"task_name": "-n"},
            {"task_name": ""},
            {"task_name": "x" * 255},
            {"min_devices": 2**32 + 1},
            {"cpus": 1.5},
            {"cpus": -1},
            {"hold": 1},
            {"labels": ["a"]},
            {"labels": {"a": None}},
            {"after": [1]},
            {"on_disconnect": "restart"},
            {"on_disconnect": ["wait"]},
            {"lost_after": 14.9},
            {"lost_after": "31d"},
            {"lost_after": "soon"},
            {"lost_after": ""},
            {"lost_after": float("nan")},
            {"lost_after": True},
        ):
            with self.assertRaises(ValueError, msg=keywords):
                ProcTask("true", **keywords)

    def test_take_keywords_of_the_cluster(self):
        task = ProcTask("true", labels={"lr": 0.1}, after="a,b", cwd=Path("/data"), cpus=2, hold=True)
        self.assertEqual(
            task.extra, {"labels": {"lr": "0.1"}, "after": ["a", "b"], "cwd": "/data", "cpus": 2, "hold": True}
        )

    def test_take_what_becomes_of_them_when_contact_is_lost(self):
        def extra(**keywords):
            return ProcTask("true", **keywords).extra

        self.assertEqual(extra(on_disconnect="requeue", lost_after=90), {"on_disconnect": "requeue", "lost_after": 90})
        self.assertEqual(extra(on_disconnect="wait", lost_after=None), {"on_disconnect": "wait"})
        for said, meant in (("5m", 300), ("1d2h", 93600), ("90", 90), (15.5, 15.5), (timedelta(minutes=1), 60)):
            self.assertEqual(extra(lost_after=said), {"lost_after": meant})
        with self.assertRaisesRegex(ValueError, "on_disconnect is one of requeue, wait, fail, not 'stay'"):
            extra(on_disconnect="stay")
        with self.assertRaisesRegex(ValueError, "lost_after is between 15 seconds and 30 days, not '1s'"):
            extra(lost_after="1s")
        with self.assertRaisesRegex(ValueError, "lost_after: cannot read 'soon' as a duration: write 90"):
            extra(lost_after="soon")

    def test_name_an_unknown_keyword(self):
        with self.assertRaisesRegex(TypeError, "'node'.*labels"):
            ProcTask("true", node="x")

    def test_say_what_they_need(self):
        self.assertIsNone(ProcTask("a").need())
        self.assertEqual(ProcTask("a", min_devices=2).need(), {"count": 2})
        self.assertEqual(ProcTask("a", requires_memory_per_device=5).need(), {"count": 1, "mib": "5"})
        self.assertEqual(
            ProcTask("a", requires_memory_per_device=0.5, min_devices=3).need(), {"count": 3, "sharePpm": 500000}
        )
        self.assertEqual(ProcTask("a", requires_memory_per_device="auto").need(), {"count": 1, "auto": {}})
        self.assertEqual(
            ProcTask("a", requires_memory_per_device="auto", min_devices=2).need(), {"count": 2, "auto": {}}
        )
        self.assertIsNone(ProcTask("a", requires_memory_per_device=0.0).need())

    def test_without_a_name_get_one_of_five_characters(self):
        self.assertRegex(ProcTask("a").name, "^[A-Za-z0-9]{5}$")


class Hooks(unittest.TestCase):
    def test_of_the_base_can_be_awaited_and_need_not_be(self):
        task = command("a")
        task.on_start()

        async def both():
            await task.on_start()
            await task.on_end()

        asyncio.run(both())

    def test_are_those_that_a_class_defines(self):
        class Starts(ProcTask):
            async def on_start(self):
                await super().on_start()

        class Ends(TaskGroup):
            def on_end(self):
                pass

        self.assertEqual(command("a").hooks(), [])
        self.assertEqual(Starts("true").hooks(), ["on_start"])
        self.assertEqual(Ends([command("a")]).hooks(), ["on_end"])


class Groups(unittest.TestCase):
    def test_have_fullnames_and_a_default_name(self):
        a, b = command("a"), command("b")
        inner = TaskGroup([b], group_name="inner")
        outer = TaskGroup([a, inner])
        self.assertEqual(outer.name, "group_of_a")
        self.assertEqual(b.fullname, "group_of_a/inner/b")
        self.assertEqual(outer.all_tasks, [a, b])
        self.assertEqual(outer.all_groups, [outer, inner])
        self.assertEqual((len(outer), list(outer), a in outer, b in outer), (2, [a, inner], True, False))
        self.assertEqual(outer.status, "Waiting")

    def test_sequential_chains_items_and_keeps_the_order_inside_groups(self):
        a, b, c, d = (command(name) for name in "abcd")
        inner = TaskGroup([b, c], "sequential", "inner")
        outer = TaskGroup([a, inner, d], "sequential", "outer")
        self.assertEqual(set(outer.execute_graph.edges), {(a, b), (a, c), (b, c), (b, d), (c, d)})

    def test_take_a_graph_and_beside_a_single_task_its_tasks_too(self):
        a, b, c = (command(name) for name in "abc")
        graph = TaskGraph()
        graph.add_edges_from([(a, b), (b, c)])
        group = TaskGroup(tasks=a, execute_strategy=graph)
        self.assertEqual([task.fullname for task in group.all_tasks], ["group_of_a/a", "group_of_a/b", "group_of_a/c"])
        self.assertEqual(group.execute_graph.edges, [(a, b), (b, c)])

    def test_refuse_a_foreign_task_in_a_graph(self):
        a, b, c = (command(name) for name in "abc")
        graph = TaskGraph()
        graph.add_edge(a, c)
        with self.assertRaisesRegex(ValueError, "c, which is not in the group g"):
            TaskGroup([a, b], graph, "g")

    def test_refuse_what_makes_no_sense(self):
        a, b = command("a"), command("b")
        self.assertRaises(ValueError, TaskGroup, [])
        self.assertRaises(ValueError, TaskGroup, [command("x"), command("x")])
        self.assertRaises(ValueError, TaskGroup, [command("x")], "at once")
        self.assertRaises(TypeError, TaskGroup, ["a"])
        graph = TaskGraph()
        graph.add_edges_from([(a, b), (b, a)])
        self.assertRaisesRegex(ValueError, "wait for each other", TaskGroup, [a, b], graph)
        c = command("c")
        TaskGroup([c])
        self.assertRaisesRegex(ValueError, "lies in the group group_of_c", TaskGroup, [c])

    def test_are_built_from_paths(self):
        class Special(TaskGroup):
            pass

        tasks = [command(name) for name in "abc"]
        group = TaskGroup.from_name_task_pairs(
            [("", tasks[0]), ("x/y", tasks[1]), ("x", tasks[2])], {"x": Special}, "sequential", "root"
        )
        self.assertEqual(
            [task.fullname for task in group.all_tasks], ["root/a", "root/x/c", "root/x/y/b"]
        )
        self.assertIsInstance(group.subtasks[1], Special)


class Graphs(unittest.TestCase):
    def test_add_remove_merge_and_filter(self):
        a, b, c = (command(name) for name in "abc")
        graph = TaskGraph()
        graph.add_tasks_from([a, b, c])
        graph.add_edges_from([(a, b), (b, c)])
        self.assertEqual((len(graph), list(graph), b in graph), (3, [a, b, c], True))
        self.assertEqual(graph.neighbors(a), [b])
        self.assertFalse(graph.has_cycle())
        self.assertEqual(graph.filter_tasks(lambda task: task is not b).edges, [])
        graph.remove_edge(a, b)
        graph.remove_task(c)
        self.assertEqual((graph.tasks, graph.edges), ([a, b], []))
        self.assertRaises(KeyError, graph.remove_edge, a, b)

    def test_a_group_in_an_edge_stands_for_its_tasks(self):
        a, b, c = (command(name) for name in "abc")
        graph = TaskGraph()
        graph.add_edge(TaskGroup([a, b], "sequential"), c)
        self.assertEqual(set(graph.edges), {(a, b), (a, c), (b, c)})

    def test_long_chains_do_not_recurse(self):
        tasks = [command(str(number)) for number in range(20000)]
        graph = TaskGraph()
        graph.add_edges_from(zip(tasks, tasks[1:]))
        self.assertFalse(graph.has_cycle())
        graph.add_edge(tasks[-1], tasks[0])
        self.assertTrue(graph.has_cycle())


class Exports(unittest.TestCase):
    def test_take_tasks_and_groups_alone(self):
        for other in (1, "a", None, TaskGraph()):
            self.assertRaises(TypeError, cattino.export, other)

    def test_there_is_no_run_directory_by_hand(self):
        self.assertRaises(RuntimeError, cattino.where)

    def test_exit_and_retry_exits_with_100(self):
        with self.assertRaises(SystemExit) as end:
            cattino.exit_and_retry()
        self.assertEqual(end.exception.code, 100)


if __name__ == "__main__":
    unittest.main()
