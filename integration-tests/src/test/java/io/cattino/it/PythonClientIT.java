package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that Python programs hand in tasks, wait for them, read logs and call tasks off. */
class PythonClientIT {
    @RegisterExtension
    static final Farm FARM = Farm.running("--fake-gpus", "4x24576", "--name", "gpu-01");

    @RegisterExtension static final Farm NOWHERE = Farm.empty();

    @AfterEach
    void forgetTasks() {
        FARM.meow().run("remove", "-A", "-y");
    }

    /** Runs a program that imports the package as it is distributed. */
    private static Meow.Result python(Farm farm, String program) {
        Map<String, String> environment = new TreeMap<>(farm.environment());
        environment.put("PYTHONPATH", Distribution.home().resolve("python/cattino.zip").toString());
        String imports =
                """
                import cattino
                from cattino.client import Client
                from cattino.tasks import ProcTask, TaskGraph, TaskGroup

                """;
        return new Meow(List.of("python3"), environment, farm.cwd()).run("-c", imports + program);
    }

    @Test
    void aGroupRunsInItsOrderAndItsLogsAreRead() {
        Meow.Result result =
                python(
                        FARM,
                        """
                        group = TaskGroup(
                            [
                                ProcTask("echo made > made.txt; echo $WORD", {"WORD": "first"}, "a", shell=True),
                                ProcTask(["cat", "made.txt"], task_name="b", min_devices=1),
                                ProcTask("echo warned >&2; exit 3", task_name="c", shell=True),
                                ProcTask("true", task_name="never"),
                            ],
                            "sequential",
                            "work",
                        )
                        handle = cattino.submit(group)
                        print(handle)
                        for task in handle.wait(120):
                            print(task.name, task.status, task.exit_code, task.stuck, task.reason_code, task.node)
                        print(handle.status(), repr(handle.logs("work/a")), repr(handle.logs("work/b")))
                        print(repr(handle.logs("work/c", "stderr")), repr(handle.logs("work/never")))
                        """);
        assertThat(result.exits(0).lines())
                .containsExactly(
                        "Submission(work/a, work/b, work/c, work/never)",
                        "work/a Done 0 False  gpu-01",
                        "work/b Done 0 False  gpu-01",
                        "work/c Failed 3 False ExitCode gpu-01",
                        "work/never Waiting None True Dependency ",
                        "MultiStatus 'first\\n' 'made\\n'",
                        "'warned\\n' ''");
        assertThat(FARM.client().task("work/b").info().devices().count()).isEqualTo(1);
    }

    /** Python tells of each file that is opened: none of the run directory is. */
    @Test
    void logsAreReadFromTheNodeAndNotFromItsFiles() {
        Meow.Result result =
                python(
                        FARM,
                        """
                        import sys
                        import warnings

                        def watch(event, arguments):
                            if event in ("open", "os.listdir", "os.scandir") and handle.directory in str(arguments[0]):
                                print("looked at", arguments[0])

                        program = "seq 400000; printf 'last \\\\303\\\\251'"
                        handle = cattino.submit(ProcTask(program, task_name="long", shell=True))
                        sys.addaudithook(watch)
                        handle.wait(120)
                        text = handle.logs()
                        print(len(text), text[:4].split(), text[-7:].split())
                        with warnings.catch_warnings(record=True) as caught:
                            warnings.simplefilter("always")
                            print(handle.logs(max_bytes=20).split(), handle.logs(stream="stderr"))
                        print(*[warning.message for warning in caught])
                        try:
                            Client().logs("nobody")
                        except cattino.CattinoError as error:
                            print(error.code)
                        """);
        assertThat(result.exits(0).lines())
                .containsExactly(
                        "2688901 ['1', '2'] ['last', 'é']",
                        "['400000', 'last', 'é'] ",
                        "only the last 14 bytes of the stdout of long; all of it: meow logs -s stdout long",
                        "not_found");
    }

    @Test
    void whatHooksOfAGroupPrintedIsReadByTheNameOfTheGroup() throws IOException {
        Files.writeString(
                FARM.cwd().resolve("told.py"),
                """
                import cattino
                from cattino.tasks import ProcTask, TaskGroup

                class Told(TaskGroup):
                    def on_start(self):
                        print("starts")

                    def on_end(self):
                        print("ends")

                cattino.export(Told([ProcTask("true", task_name="a")], group_name="told"))
                """);
        FARM.meow().run("create", "told.py", "--wait").exits(0);
        Meow.Result result =
                python(
                        FARM,
                        """
                        print([task.name for task in Client().wait(["told"], 60)])
                        print(repr(Client().logs("told", "hooks")), repr(Client().logs("told/a", "hooks")))
                        """);
        assertThat(result.exits(0).lines())
                .containsExactly("['told/a', 'told/@on_end']", "'starts\\nends\\n' ''");
    }

    @Test
    void aGraphWaitsForWhatIsThereAlready() {
        Meow.Result result =
                python(
                        FARM,
                        """
                        first = cattino.submit(ProcTask("echo 1 >> order", task_name="first", shell=True))
                        graph = TaskGraph()
                        left = ProcTask("echo 2 >> order", task_name="left", after="first", shell=True)
                        group = TaskGroup(ProcTask("echo 3 >> order", task_name="in", shell=True), group_name="g")
                        graph.add_edge(left, group)
                        print([(task.name, str(task.status)) for task in cattino.submit(graph).wait(120)])
                        print(open("order").read().split(), Client().wait("g")[0].status)
                        """);
        assertThat(result.exits(0).lines())
                .containsExactly("[('left', 'Done'), ('g/in', 'Done')]", "['1', '2', '3'] Done");
    }

    @Test
    void tasksAreCalledOff() {
        Meow.Result result =
                python(
                        FARM,
                        """
                        handle = cattino.submit([ProcTask("sleep 600", task_name="s"), ProcTask("true", task_name="t", hold=True)])
                        try:
                            handle.wait(0.3)
                        except TimeoutError as error:
                            print(error)
                        print(sorted(handle.cancel()), [str(task.status) for task in handle.wait(60)], handle.cancel())
                        """);
        assertThat(result.exits(0).lines())
                .containsExactly(
                        "not over after 0.3 s: s, t", "['s', 't'] ['Cancelled', 'Cancelled'] []");
    }

    @Test
    void refusalsSayWhatHelps() {
        Meow.Result result =
                python(
                        FARM,
                        """
                        def refused(call):
                            try:
                                print("not refused:", call())
                            except (cattino.CattinoError, ValueError) as error:
                                print(type(error).__name__, getattr(error, "code", "-"), error, sep="|")

                        task = ProcTask("true", task_name="taken", hold=True)
                        cattino.submit(task)
                        refused(lambda: cattino.submit(task, override="forbid"))
                        print(cattino.submit(task, override="rename").names)
                        refused(lambda: cattino.submit(ProcTask(print, task_name="f")))
                        refused(lambda: Client().wait(["taken", "nobody"]))
                        refused(lambda: Client(token="wrong").tasks())
                        """);
        assertThat(result.exits(0).out())
                .contains("CattinoError|already_exists|'taken' already exists")
                .contains("override=\"rename\" gives it a new name")
                .contains("['taken_1']")
                .contains("ValueError|-|f cannot be handed in from here: it is a function")
                .contains("CattinoError|not_found|there is no task or group nobody\n")
                .contains("CattinoError|unauthenticated|")
                .doesNotContain("not refused");
    }

    @Test
    void tasksHandInTasks() {
        Meow.Result result =
                python(
                        FARM,
                        """
                        program = "import cattino; from cattino.tasks import ProcTask; " \\
                            "print(cattino.submit(ProcTask('echo inner', task_name='inner')).wait(60)[0].status)"
                        handle = cattino.submit(ProcTask(["python3", "-c", program], task_name="outer"))
                        print(handle.wait(120)[0].status, handle.logs(), handle.logs(stream="stderr"))
                        """);
        assertThat(result.exits(0).out()).isEqualTo("Done Done\n \n");
    }

    @Test
    void withoutAServerItSaysHowToStartOne() {
        Meow.Result result = python(NOWHERE, "cattino.submit(ProcTask('true'))");
        result.exits(1);
        assertThat(result.err())
                .contains("no server of this host is at localhost:" + NOWHERE.port())
                .contains("start one here: meow run, or let meow create do it");
    }
}
