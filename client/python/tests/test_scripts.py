"""Scripts as ``meow create`` and agents run them, in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import unittest
import unittest.mock
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Scripts(unittest.TestCase):
    def setUp(self):
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory())) if hasattr(
            self, "enterContext"
        ) else self._temporary()

    def _temporary(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        return Path(made.name)

    def script(self, text):
        (self.directory / "script.py").write_text(textwrap.dedent(text))

    def start(self, command, argument):
        environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONHASHSEED="0", PYTHONUNBUFFERED="1")
        return subprocess.Popen(
            [sys.executable, str(ROOT / "__main__.py"), command, str(argument)],
            cwd=str(self.directory),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
        )

    def export(self, *arguments, seed="1"):
        request, out = self.directory / "request", self.directory / "out"
        request.write_text(
            json.dumps({"script": "script.py", "args": list(arguments), "seed": seed, "out": str(out)})
        )
        process = self.start("export", request)
        stdout, stderr = process.communicate()
        self.said = (process.returncode, stdout, stderr)
        return json.loads(out.read_text()) if process.returncode == 0 else None

    def work(self, **more):
        work = {
            "path": str(self.directory / "script.py"),
            "text": "",
            "arguments": [],
            "searchPath": [str(self.directory)],
            "seed": "1",
            "kind": "command",
            "exportPath": "0",
            "exportedName": "a",
            "hooks": ["on_start", "on_end"],
            "command": ["true"],
            "shell": False,
            "devices": [],
            "magic": {"fullname": "a"},
            "node": "gpu-05",
            "records": str(self.directory),
            "hooksLog": str(self.directory / "hooks.log"),
        }
        work.update(more)
        path = self.directory / "work.json"
        path.write_text(json.dumps(work))
        return path

    def run_task(self, **more):
        process = self.start("run", self.work(**more))
        stdout, stderr = process.communicate()
        return process.returncode, stdout, stderr

    def hooks_log(self):
        return (self.directory / "hooks.log").read_text()

    def test_constants_and_resolvers_of_all_scripts_stand_in_files(self):
        (self.directory / "pyproject.toml").write_text('[tool.cattino.magic-constants]\ncorpus = "/data/corpus"\n')
        config = self.directory / "config" / "cattino"
        config.mkdir(parents=True)
        (config / "resolvers.py").write_text("Magics.register_new_resolver('double', lambda n: 2 * int(n))\n")
        self.script(
            "import cattino\nfrom cattino.tasks import ProcTask\n"
            "cattino.export(ProcTask('train ${corpus}/a ${double: 21} ${task_name}'))"
        )
        with unittest.mock.patch.dict(os.environ, {"XDG_CONFIG_HOME": str(self.directory / "config")}):
            document = self.export()
        self.assertEqual(document["tasks"][0]["command"], ["train", "/data/corpus/a", "42", "${task_name}"])

    def test_files_of_all_scripts_that_make_no_sense_are_named(self):
        self.script("import cattino\nfrom cattino.tasks import ProcTask\ncattino.export(ProcTask('true'))")
        resolvers = self.directory / "config" / "cattino" / "resolvers.py"
        resolvers.parent.mkdir(parents=True)
        resolvers.write_text("raise SystemExit(0)")
        project = self.directory / "pyproject.toml"
        with unittest.mock.patch.dict(os.environ, {"XDG_CONFIG_HOME": str(self.directory / "config")}):
            self.export()
            self.assertEqual(self.said[0], 1)
            self.assertIn(str(resolvers) + " exits", self.said[2].splitlines()[-1])
            resolvers.unlink()
            project.write_bytes(b"\xff")
            self.export()
            self.assertEqual(self.said[0], 1)
            self.assertIn("pyproject.toml is not UTF-8", self.said[2].splitlines()[-1])

    def test_what_a_script_prints_goes_to_standard_error(self):
        self.script("import cattino\nfrom cattino.tasks import ProcTask\nprint('hi')\ncattino.export(ProcTask('a'))")
        document = self.export()
        self.assertEqual(self.said[:2], (0, ""))
        self.assertEqual(self.said[2], "hi\n")
        self.assertEqual(len(document["tasks"]), 1)

    def test_a_script_is_main_and_has_its_arguments_and_directories(self):
        (self.directory / "helper.py").write_text("NAME = 'from_helper'")
        self.script(
            """
            import sys, cattino, helper
            from cattino.tasks import ProcTask
            if __name__ == "__main__":
                cattino.export(ProcTask(["echo"] + sys.argv, task_name=helper.NAME))
            """
        )
        document = self.export("--lr", "0.1")
        self.assertEqual(document["tasks"][0]["command"], ["echo", "script.py", "--lr", "0.1"])
        self.assertEqual(document["tasks"][0]["name"], "from_helper")

    def test_names_and_random_numbers_come_out_alike_for_a_seed(self):
        self.script(
            """
            import random, cattino
            from cattino.tasks import ProcTask
            cattino.export(ProcTask("sleep %d" % random.randint(0, 10**9)))
            """
        )
        first, again, other = self.export(seed="1"), self.export(seed="1"), self.export(seed="2")
        self.assertEqual(first["tasks"], again["tasks"])
        self.assertNotEqual(first["tasks"], other["tasks"])

    def test_groups_and_graphs_come_with_edges_and_hooks(self):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask, TaskGraph, TaskGroup
            class Group(TaskGroup):
                def on_start(self): pass
            t = [ProcTask("s%d" % i, task_name="t%d" % i) for i in range(3)]
            g = TaskGraph()
            g.add_edges_from([(t[0], t[1]), (t[1], t[2])])
            cattino.export(Group(tasks=t[0], execute_strategy=g))
            """
        )
        document = self.export()
        self.assertEqual([task["name"] for task in document["tasks"]], ["group_of_t0/t%d" % i for i in range(3)])
        self.assertEqual(document["edges"], [["group_of_t0/t0", "group_of_t0/t1"], ["group_of_t0/t1", "group_of_t0/t2"]])
        self.assertEqual(document["groups"], [{"name": "group_of_t0", "exportPath": "0", "hooks": ["on_start"]}])

    def test_what_lies_in_a_group_is_exported_with_that(self):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask, TaskGroup
            task = ProcTask("true", task_name="a")
            cattino.export(task)
            cattino.export(TaskGroup([task], group_name="g"))
            """
        )
        self.export()
        self.assertEqual(self.said[0], 1)
        self.assertIn("'g/a' lies in a group: export the group 'g' instead", self.said[2])

    def test_a_literal_stays_one_for_the_node(self):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask
            cattino.export(ProcTask("echo $${run_dir} $${eval: 1} ${eval: 2}", task_name="a"))
            """
        )
        task = self.export()["tasks"][0]
        self.assertEqual(task["command"], ["echo", "$${run_dir}", "$${eval:", "1}", "2"])
        self.assertFalse(task["python"])

    def test_a_linked_script_finds_what_lies_beside_the_real_one(self):
        real = self.directory / "real"
        real.mkdir()
        (real / "beside.py").write_text("NAME = 'found'")
        (real / "script.py").write_text(
            "import cattino, beside\nfrom cattino.tasks import ProcTask\n"
            "cattino.export(ProcTask('true', task_name=beside.NAME))\n"
        )
        (self.directory / "script.py").symlink_to(real / "script.py")
        self.assertEqual(self.export()["tasks"][0]["name"], "found")

    def test_a_script_that_fails_or_exits_says_so_itself(self):
        self.script("import argparse; argparse.ArgumentParser().parse_args()")
        self.export("--what")
        self.assertEqual(self.said[0], 2)
        self.script("raise OSError('no data')")
        self.export()
        self.assertEqual(self.said[0], 1)
        self.assertIn("OSError: no data", self.said[2])

    def test_hooks_see_each_others_values_and_change_the_environment(self):
        self.script(
            """
            import os, cattino
            from cattino.tasks import ProcTask
            class Mine(ProcTask):
                async def on_start(self):
                    await super().on_start()
                    self.value = 7
                    os.environ["FROM_HOOK"] = "1"
                    self.env["ENV"] = "2"
                    print("starts", self.name, self.assigned_device_indices)
                def on_end(self):
                    print("ends", self.status, self.exit_code, self.value)
            cattino.export(Mine("ignored", task_name="a"))
            """
        )
        self.assertEqual(
            self.run_task(command=["sh", "-c", "echo $FROM_HOOK $ENV ${fullname} >&2; exit 3"], devices=[1, 2]),
            (3, "", "1 2 a\n"),
        )
        self.assertEqual(self.hooks_log(), "starts a [1, 2]\nends Failed 3 7\n")

    def test_on_start_may_change_the_command(self):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask
            class Mine(ProcTask):
                def on_start(self):
                    self.cmd = "echo 'an other'"
            cattino.export(Mine("first", task_name="a"))
            """
        )
        self.assertEqual(self.run_task(command=["first"]), (0, "an other\n", ""))

    def test_on_start_that_fails_is_told_and_nothing_runs(self):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask
            class Mine(ProcTask):
                def on_start(self):
                    raise ValueError("no data")
                def on_end(self):
                    print("ends")
            cattino.export(Mine("echo ran", task_name="a"))
            """
        )
        self.assertEqual(self.run_task(command=["echo", "ran"])[:2], (1, ""))
        self.assertEqual(
            (self.directory / "hook-failure").read_text().splitlines()[0], "on_start of a failed: ValueError: no data"
        )
        self.assertNotIn("ends", self.hooks_log())

    def nested(self, inner):
        """The work of a task that is to start two groups, ``o`` and in it ``o/i``."""
        self.script(
            """
            import cattino, time
            from cattino.tasks import ProcTask, TaskGroup
            class Outer(TaskGroup):
                def on_start(self):
                    print("starts", self.fullname)
            class Inner(TaskGroup):
                def on_start(self):
                    %s
            cattino.export(Outer([Inner([ProcTask("a", task_name="a")], group_name="i")], group_name="o"))
            """ % inner
        )
        (self.directory / "group-starts").write_text("--")
        return {
            "hooks": [],
            "exportPath": "0/0/0",
            "exportedName": "o/i/a",
            "command": ["echo", "ran"],
            "groups": [
                {"exportPath": path, "exportedName": name, "hooksLog": str(self.directory / name / "hooks.log")}
                for path, name in (("0", "o"), ("0/0", "o/i"))
            ],
        }

    def group_starts(self):
        return (self.directory / "group-starts").read_text()

    def test_each_group_that_has_started_is_told(self):
        self.assertEqual(self.run_task(**self.nested("print('starts', self.fullname)")), (0, "ran\n", ""))
        self.assertEqual(self.group_starts(), "++")
        self.assertEqual((self.directory / "o" / "i" / "hooks.log").read_text(), "starts o/i\n")

    def test_on_start_of_a_group_that_fails_leaves_those_around_it_started(self):
        self.assertEqual(self.run_task(**self.nested("raise ValueError('no data')"))[:2], (1, ""))
        self.assertEqual(self.group_starts(), "+-")
        failure = (self.directory / "hook-failure").read_text().splitlines()
        self.assertEqual(failure[0], "on_start of the group o/i failed: ValueError: no data")
        self.assertEqual(failure[2], "group")

    def in_hook(self):
        return (self.directory / "in-hook").read_text().splitlines()

    def test_what_ends_the_process_in_an_on_start_is_told(self):
        self.assertEqual(self.run_task(**self.nested("import os; os._exit(0)")), (0, "", ""))
        self.assertEqual(self.group_starts(), "+-")
        self.assertRegex(self.in_hook()[0], "^on_start of the group o/i ended the process: ")
        self.assertEqual(self.in_hook()[2], "group")
        self.script(
            """
            import cattino, os
            from cattino.tasks import ProcTask
            class Mine(ProcTask):
                def on_start(self):
                    os.kill(os.getpid(), 9)
            cattino.export(Mine("echo ran", task_name="a"))
            """
        )
        self.assertEqual(self.run_task(command=["echo", "ran"]), (-9, "", ""))
        self.assertRegex(self.in_hook()[0], "^on_start of a ended the process: ")
        self.assertEqual(len(self.in_hook()), 2)

    def test_a_script_that_ends_the_process_is_told(self):
        self.script("import os\nos._exit(0)")
        self.assertEqual(self.run_task(command=["echo", "ran"]), (0, "", ""))
        self.assertRegex(self.in_hook()[0], "^script.py, which was run again, ended the process: ")

    def test_what_is_over_is_told_no_more(self):
        self.assertEqual(self.run_task(**self.nested("pass")), (0, "ran\n", ""))
        self.assertFalse((self.directory / "in-hook").exists())
        self.assertEqual(self.run_task(**self.nested("raise ValueError"))[0], 1)
        self.assertFalse((self.directory / "in-hook").exists())

    def test_a_failure_may_name_what_is_no_text(self):
        self.assertEqual(self.run_task(**self.nested(r"raise ValueError('no \udcff')"))[:2], (1, ""))
        failure = (self.directory / "hook-failure").read_text().splitlines()
        self.assertEqual(failure[0], r"on_start of the group o/i failed: ValueError: no \udcff")
        self.assertEqual(failure[2], "group")

    def test_a_stop_in_the_on_start_of_a_group_leaves_those_around_it_started(self):
        process = self.start("run", self.work(**self.nested("open('up', 'w').close(); time.sleep(600)")))
        while not (self.directory / "up").exists() and process.poll() is None:
            pass
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.communicate()[0], "")
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        self.assertEqual(self.group_starts(), "+-")
        self.assertFalse((self.directory / "hook-failure").exists())
        self.assertFalse((self.directory / "in-hook").exists())

    def test_on_end_that_fails_changes_nothing(self):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask
            class Mine(ProcTask):
                def on_end(self):
                    raise ValueError("oops")
            cattino.export(Mine("true", task_name="a"))
            """
        )
        self.assertEqual(self.run_task(hooks=["on_end"]), (0, "", ""))
        self.assertIn("ValueError: oops", self.hooks_log())

    def test_functions_run_with_their_own_exit_code(self):
        self.script(
            """
            import sys, cattino
            from cattino.tasks import ProcTask
            def work():
                print("works")
                cattino.exit_and_retry()
            async def later():
                print("awaited")
            def fails():
                raise KeyError("x")
            for number, function in enumerate((work, later, fails)):
                cattino.export(ProcTask(function, task_name="f%d" % number))
            """
        )
        def run(index):
            return self.run_task(kind="function", hooks=[], exportPath=str(index), exportedName="f%d" % index)

        self.assertEqual(run(0), (100, "works\n", ""))
        self.assertEqual(run(1), (0, "awaited\n", ""))
        code, _, stderr = run(2)
        self.assertEqual(code, 1)
        self.assertIn("KeyError: 'x'", stderr)

    def test_another_object_than_the_exported_one_is_never_run(self):
        self.script("import cattino\nfrom cattino.tasks import ProcTask\ncattino.export(ProcTask('a', task_name='b'))")
        self.assertEqual(self.run_task()[0], 1)
        self.assertIn("exports 'b' this time where it exported 'a'", (self.directory / "hook-failure").read_text())
        self.assertEqual(self.run_task(exportPath="3")[0], 1)
        self.assertIn("exports no 'a' this time", (self.directory / "hook-failure").read_text())

    def test_a_missing_module_is_named_with_the_way_out(self):
        self.script("import not_there")
        self.assertEqual(self.run_task()[0], 1)
        failure = (self.directory / "hook-failure").read_text()
        self.assertIn("script.py cannot be run again on gpu-05: ModuleNotFoundError: No module named 'not_there'", failure)
        self.assertIn("--python", failure)

    def test_where_the_file_is_missing_its_text_is_used(self):
        text = "import cattino\nfrom cattino.tasks import ProcTask\ncattino.export(ProcTask('a', task_name='a'))"
        self.assertEqual(self.run_task(path="/nowhere/script.py", text=text, command=["echo", "ran"])[:2], (0, "ran\n"))

    def test_a_missing_program_is_127(self):
        self.script("import cattino\nfrom cattino.tasks import ProcTask\ncattino.export(ProcTask('a', task_name='a'))")
        code, _, stderr = self.run_task(command=["no-such-program"])
        self.assertEqual(code, 127)
        self.assertIn("no-such-program: No such file", stderr)

    def stopped(self, why):
        self.script(
            """
            import cattino
            from cattino.tasks import ProcTask
            class Mine(ProcTask):
                def on_end(self):
                    print("ends", self.status)
            cattino.export(Mine("a", task_name="a"))
            """
        )
        process = self.start("run", self.work(command=["sh", "-c", "trap 'echo caught; exit 5' TERM; echo up; while :; do sleep 0.05; done"]))
        self.assertEqual(process.stdout.readline(), "up\n")
        (self.directory / "stopping").write_text(why)
        process.send_signal(signal.SIGTERM)
        stdout, _ = process.communicate()
        return process.returncode, stdout, self.hooks_log()

    def test_term_reaches_the_command_and_kill_runs_on_end(self):
        self.assertEqual(self.stopped("Killed"), (5, "caught\n", "ends Failed\n"))

    def test_cancel_skips_on_end(self):
        self.assertEqual(self.stopped("Cancelled"), (5, "caught\n", ""))


if __name__ == "__main__":
    unittest.main()
