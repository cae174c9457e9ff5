package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.Force;
import io.cattino.client.OnDisconnect;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that scripts which export tasks run as they stand: handed in, and again on the node. */
class PythonIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    static final Farm FARM = Farm.running("--fake-gpus", "4x24576", "--name", "gpu-01");

    private final Meow meow = FARM.meow();

    @AfterEach
    void forgetTasks() {
        meow.run("remove", "-A", "-y");
    }

    private static String example(String name) {
        return Distribution.checkout().resolve("examples").resolve(name).toString();
    }

    private static String script(String name, String text) throws IOException {
        Files.writeString(FARM.cwd().resolve(name), text);
        return name;
    }

    private static TaskInfo task(String fullname) {
        return FARM.client().task(fullname).info();
    }

    private static String log(String fullname, String file) throws IOException {
        return Files.readString(Path.of(task(fullname).directory()).resolve(file));
    }

    @Test
    void thePipelineTrainsEvaluatesAndTellsTheResult() throws IOException {
        Terminal terminal = meow.terminal(120, "create", example("pipeline.py"), "--wait");
        terminal.result().exits(0);
        assertThat(terminal.screen().toString())
                .contains("Created 2 tasks      pipeline/{train, eval}   each 1 device × 100 MiB")
                .containsPattern("pipeline/train  ✓ Done +\\d+s  wrote .*/model.json")
                .containsPattern(
                        "pipeline/eval   ✓ Done +\\d+s  accuracy \\d+\\.\\d % of 1000 points")
                .containsPattern("2 tasks: 2 done\nOutput: .*/<fullname>/\\{stdout,stderr}.log");
        assertThat(log("pipeline/train", "stdout.log")).startsWith("epoch  1  loss ");

        Meow.Result again = meow.run("create", example("pipeline.py"));
        again.exits(4);
        assertThat(again.err()).contains("'pipeline' already exists", "--override rename");
        assertThat(
                        meow.run("create", example("pipeline.py"), "--override", "rename")
                                .exits(0)
                                .lines())
                .containsExactly("pipeline_1/train", "pipeline_1/eval");
    }

    @Test
    void aSweepIsATaskForEachCombination() throws IOException {
        meow.run(
                        "create",
                        example("sweep.py"),
                        "-m",
                        "-g",
                        "sweep",
                        "-W",
                        "--",
                        "lr=[0.1,0.5]",
                        "epochs=[1,2,3]")
                .exits(0);
        assertThat(meow.run("list", "-a", "-n", "sweep", "fullname", "cmd").exits(0).lines())
                .hasSize(6)
                .first()
                .asString()
                .startsWith("sweep/run_0\tpython3 ")
                .endsWith("train.py --lr 0.1 --epochs 1");
        assertThat(task("sweep/run_4").commandLine()).endsWith("--lr 0.5 --epochs 2");
        assertThat(task("sweep/run_4").labels()).containsEntry("lr", "0.5");
        assertThat(log("sweep/run_5", "stdout.log").lines()).hasSize(3);
    }

    @Test
    void aGraphRunsInItsOrder() throws IOException {
        meow.run("create", example("graph.py"), "--wait").exits(0);
        assertThat(log("sum/add", "stdout.log")).isEqualTo("5050\n");
    }

    @Test
    void hooksRunOnTheNodeWithTheDevicesOfTheTask() throws IOException {
        meow.run("create", example("hooks.py"), "--wait").exits(0);
        assertThat(log("timed", "hooks.log")).matches("devices: \\[\\d]\nDone after 1\\.\\d s\n");
        assertThat(meow.run("logs", "-s", "hooks", "timed").exits(0).out()).startsWith("devices: ");
    }

    /** What a hydra application gets of us: its overrides as they were typed, places filled in. */
    @Test
    void overridesForHydraArriveWithTheTasksOwnDirectory() throws IOException {
        script(
                "train.py",
                """
                import os, sys
                overrides = dict(word.split("=", 1) for word in sys.argv[1:])
                os.makedirs(overrides["hydra.run.dir"], exist_ok=True)
                print(overrides["lr"], overrides["model"], overrides["hydra.run.dir"])
                """);
        meow.run(
                        "create",
                        "python3 train.py",
                        "-m",
                        "-g",
                        "h",
                        "-n",
                        "run",
                        "-W",
                        "--",
                        "lr=[0.1,0.3]",
                        "model={a:1,b:[2,3]}",
                        "hydra.run.dir=${run_dir}/${fullname}/out")
                .exits(0);
        for (int i = 0; i < 2; i++) {
            String directory = task("h/run_" + i).directory();
            assertThat(log("h/run_" + i, "stdout.log"))
                    .isEqualTo(
                            "%s {a:1,b:[2,3]} %s/out\n"
                                    .formatted(i == 0 ? "0.1" : "0.3", directory));
            assertThat(Path.of(directory, "out")).isDirectory();
        }
    }

    @Test
    void aFunctionMayAskToBeTriedAgainUpToTheLimit() throws IOException {
        meow.run("create", example("function.py"), "--wait").exits(0);
        assertThat(task("measure").attempt()).isEqualTo(3);
        assertThat(log("measure", "stdout.log")).isEqualTo("attempt 3\nmeasured\n");

        meow.run("set", "retry-limit", "1").exits(0);
        try {
            meow.run("create", example("function.py"), "-n", "impatient", "-W").exits(100);
            assertThat(task("impatient").reason().code()).isEqualTo("RetryLimit");
        } finally {
            meow.run("set", "retry-limit", "16").exits(0);
        }
    }

    @Test
    void hooksOfGroupsRunOnceAroundTheirTasks() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask, TaskGroup

                class Told(TaskGroup):
                    def on_start(self):
                        tell("starts", self.fullname)

                    def on_end(self):
                        tell("ends", self.fullname)

                def tell(*words):
                    with open("order.txt", "a") as file:
                        print(*words, file=file)
                    print(*words)

                command = "echo runs >> order.txt"
                inner = Told([ProcTask(command, task_name=name, shell=True) for name in "bc"], group_name="inner")
                cattino.export(Told([ProcTask(command, task_name="a", shell=True), inner], group_name="outer"))
                """;
        meow.run("create", script("grouped.py", text), "--wait").exits(0);
        await().atMost(LIMIT)
                .until(() -> Files.readString(FARM.cwd().resolve("order.txt")).endsWith("outer\n"));
        assertThat(Files.readAllLines(FARM.cwd().resolve("order.txt")))
                .hasSize(7)
                .contains("runs")
                .filteredOn(line -> !line.equals("runs"))
                .containsExactly(
                        "starts outer", "starts outer/inner", "ends outer/inner", "ends outer");
        Path group = Path.of(task("outer/a").directory()).resolveSibling(".");
        assertThat(group.resolve("hooks.log")).hasContent("starts outer\nends outer\n");
        String[] told = {
            "outer │ starts outer",
            "outer │ ends outer",
            "outer/inner │ starts outer/inner",
            "outer/inner │ ends outer/inner"
        };
        assertThat(meow.run("logs", "-s", "hooks", "outer").exits(0).lines()).containsExactly(told);
        assertThat(meow.run("watch", "-s", "hooks", "outer").exits(0).lines())
                .containsExactlyInAnyOrder(told);
        assertThat(meow.run("list", "-a", "-n", "outer/inner", "fullname").exits(0).lines())
                .containsExactly("outer/inner/b", "outer/inner/c", "outer/inner/@on_end");
    }

    @Test
    void aFanOutOfSubclassesInASubclassRunsEachHookOnceInItsOrder() throws IOException {
        String text =
                """
                import sys
                import cattino
                from cattino.tasks import ProcTask, TaskGraph, TaskGroup

                class Hooked:
                    async def on_start(self):
                        await super().on_start()
                        tell("starts", self.name)

                    async def on_end(self):
                        await super().on_end()
                        tell("ends", self.name)

                class Step(Hooked, ProcTask):
                    pass

                class Fan(Hooked, TaskGroup):
                    pass

                def tell(*words):
                    with open("fan.txt", "a") as file:
                        print(*words, file=file)

                out, into = Step("true", task_name="out"), Step("true", task_name="into")
                middle = [Step("true", task_name="middle-%d" % number) for number in range(int(sys.argv[1]))]
                graph = TaskGraph()
                for step in middle:
                    graph.add_edges_from([(out, step), (step, into)])
                cattino.export(Fan([out, *middle, into], execute_strategy=graph, group_name="fan"))
                """;
        meow.run("create", script("fan.py", text), "--wait", "--", "6").exits(0);
        Path told = FARM.cwd().resolve("fan.txt");
        await().atMost(LIMIT).until(() -> Files.readString(told).endsWith("ends fan\n"));
        List<String> lines = Files.readAllLines(told);
        assertThat(lines).hasSize(2 * (1 + 6 + 1) + 2).doesNotHaveDuplicates();
        assertThat(lines).startsWith("starts fan", "starts out", "ends out");
        assertThat(lines).endsWith("starts into", "ends into", "ends fan");
        assertThat(lines.subList(3, 15)).allMatch(line -> line.contains(" middle-"));
    }

    @Test
    void failingOnStartOfAGroupFailsItsTasksWithTheReason() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask, TaskGroup

                class Fails(TaskGroup):
                    async def on_start(self):
                        raise ValueError("no data")

                cattino.export(Fails([ProcTask("echo ran", task_name=n) for n in "ab"], group_name="doomed"))
                """;
        Meow.Result result = meow.run("create", script("doomed.py", text), "--wait");
        result.exits(1);
        assertThat(task("doomed/a").reason().code()).isEqualTo("HookFailed");
        assertThat(task("doomed/b").reason().text())
                .isEqualTo("on_start of the group doomed failed: ValueError: no data");
        assertThat(Files.exists(Path.of(task("doomed/b").directory()).resolve("stdout.log")))
                .isFalse();
    }

    @Test
    void killRunsOnEndAndCancelDoesNot() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask

                class Mine(ProcTask):
                    async def on_start(self):
                        await super().on_start()
                        print("starts", self.fullname)

                    async def on_end(self):
                        await super().on_end()
                        print("ends", self.status, self.exit_code)

                for name in ("killed", "cancelled"):
                    cattino.export(Mine("sleep 600", task_name=name))
                """;
        meow.run("create", script("sleepers.py", text)).exits(0);
        for (String name : List.of("killed", "cancelled")) {
            await().atMost(LIMIT).until(() -> task(name).status() == TaskStatus.RUNNING);
            await().atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(NoSuchFileException.class)
                    .until(() -> log(name, "hooks.log").startsWith("starts " + name));
        }
        FARM.client().task("killed").kill(Force.NO);
        FARM.client().task("cancelled").cancel();
        for (String name : List.of("killed", "cancelled")) {
            await().atMost(LIMIT).until(() -> task(name).status().isEnded());
        }
        assertThat(log("killed", "hooks.log")).isEqualTo("starts killed\nends Failed 143\n");
        assertThat(log("cancelled", "hooks.log")).isEqualTo("starts cancelled\n");
    }

    @Test
    void onStartThatFailsFailsTheTask() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask

                class Mine(ProcTask):
                    def on_start(self):
                        raise OSError("no data")

                cattino.export(Mine("echo ran", task_name="hopeless"))
                """;
        meow.run("create", script("hopeless.py", text), "-W").exits(1);
        assertThat(task("hopeless").reason().code()).isEqualTo("HookFailed");
        assertThat(task("hopeless").reason().text())
                .isEqualTo("on_start of hopeless failed: OSError: no data");
        assertThat(log("hopeless", "stdout.log")).isEmpty();
    }

    @Test
    void resolversOfTheScriptAndEvalAreResolved() throws IOException {
        String text =
                """
                import cattino
                from cattino import Magics
                from cattino.tasks import ProcTask

                Magics.register_new_resolver("twice", lambda text: text * 2)
                cattino.export(ProcTask("echo ${eval: 1+2} ${twice: ab} ${twice: '${task_name}'} $${x}", task_name="magic"))
                """;
        meow.run("create", script("magic.py", text), "-W").exits(0);
        assertThat(log("magic", "stdout.log")).isEqualTo("3 abab magicmagic ${x}\n");
    }

    @Test
    void optionsOverrideWhatTheScriptSays() throws IOException {
        String one =
                script(
                        "one.py",
                        """
                        import cattino
                        from cattino.tasks import ProcTask
                        cattino.export(ProcTask("sleep 600", task_name="one", min_devices=1, requires_memory_per_device=100,
                                                on_disconnect="fail", lost_after="2m"))
                        """);
        meow.run(
                        "create",
                        one,
                        "-n",
                        "other",
                        "-p",
                        "7",
                        "-c",
                        "2",
                        "-M",
                        "200",
                        "-l",
                        "a=b",
                        "-e",
                        "X=1",
                        "--lost-after",
                        "90",
                        "--hold")
                .exits(0);
        TaskInfo other = task("other");
        assertThat(other.priority()).isEqualTo(7);
        assertThat(other.devices().count()).isEqualTo(2);
        assertThat(other.labels()).containsEntry("a", "b");
        assertThat(other.spec().onDisconnect()).isEqualTo(OnDisconnect.FAIL);
        assertThat(other.spec().lostAfter()).isEqualTo(Duration.ofSeconds(90));
        assertThat(other.spec().env()).containsEntry("X", "1");
        assertThat(other.status()).isEqualTo(TaskStatus.WAITING);

        Meow.Result group = meow.run("create", example("pipeline.py"), "-M", "5");
        group.exits(2);
        assertThat(group.err()).contains("-c and -M say nothing of a group, and 'pipeline' is one");
        meow.run("create", example("pipeline.py"), "-p", "9", "-n", "mine", "--hold").exits(0);
        assertThat(task("mine/train").priority()).isEqualTo(9);
    }

    @Test
    void scriptsThatFailSayWhyAndStoreNothing() throws IOException {
        Meow.Result raises = meow.run("create", script("raises.py", "raise OSError('no data')"));
        raises.exits(1);
        assertThat(raises.err())
                .contains(
                        "OSError: no data",
                        "raises.py ended with exit code 1 and nothing was created");

        Meow.Result nothing =
                meow.run("create", script("nothing.py", "print('hello')"), "--", "--lr", "0.1");
        nothing.exits(1);
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err())
                .contains("hello\n")
                .contains("nothing.py exported nothing (ran: python3 nothing.py --lr 0.1)")
                .contains("add: cattino.export(your_task)");

        String parses = "import argparse; argparse.ArgumentParser().parse_args()";
        meow.run("create", script("parses.py", parses), "--", "--what").exits(2);

        Meow.Result wrong =
                meow.run("create", script("wrong.py", "import cattino; cattino.export(5)"));
        wrong.exits(1);
        assertThat(wrong.err()).contains("TypeError: export takes a Task or a TaskGroup, not 5");

        Meow.Result foreign = meow.run("create", "--python", "/no/python", "nothing.py");
        foreign.exits(1);
        assertThat(foreign.err()).contains("/no/python cannot be run", "--python /path/to/python3");
        assertThat(meow.run("list", "-a").exits(0).out()).isEmpty();
    }

    @Test
    void whatIsMissingOnTheNodeIsNamed() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask
                if cattino.phase() != "export":
                    import not_there

                class Mine(ProcTask):
                    def on_start(self):
                        pass

                cattino.export(Mine("true", task_name="homeless"))
                """;
        meow.run("create", script("homeless.py", text), "-W").exits(1);
        TaskInfo homeless = task("homeless");
        assertThat(homeless.reason().code()).isEqualTo("HookFailed");
        assertThat(homeless.reason().text())
                .startsWith(
                        "homeless.py cannot be run again on gpu-01: ModuleNotFoundError: No module named 'not_there'");
        assertThat(homeless.reason().hint()).contains("meow create --python");

        String changing =
                """
                import cattino
                from cattino.tasks import ProcTask
                cattino.export(ProcTask(print, task_name="a-" + (cattino.phase() or "none")))
                """;
        meow.run("create", script("changing.py", changing), "-W").exits(1);
        assertThat(task("a-export").reason().text())
                .startsWith("the script exports 'a-hook' this time where it exported 'a-export'");
    }

    @Test
    void functionsEndAsProgramsDo() throws IOException {
        String text =
                """
                import atexit, threading, time
                import cattino
                from cattino.tasks import ProcTask

                def late():
                    time.sleep(0.2)
                    print("thread")

                def work():
                    global kept
                    kept = open("kept.txt", "w")
                    kept.write("kept")
                    threading.Thread(target=late).start()
                    print("work")

                atexit.register(lambda: print("atexit in", cattino.phase()))
                cattino.export(ProcTask(work, task_name="worker"))
                """;
        meow.run("create", script("worker.py", text), "-W").exits(0);
        assertThat(log("worker", "stdout.log")).isEqualTo("work\nthread\natexit in run\n");
        assertThat(FARM.cwd().resolve("kept.txt")).hasContent("kept");
    }

    @Test
    void onStartMayChangeCommandAndVariables() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask

                class Changes(ProcTask):
                    def on_start(self):
                        self.cmd.append("$A-$B-$${eval: 1}")
                        self.cmd[0:1] = ["sh", "-c", "echo \\"$0 ${A-none} $B\\""]
                        self.env.pop("A")
                        self.env["B"] = 2

                class Spoils(ProcTask):
                    def on_start(self):
                        self.cmd = "echo 'open"

                cattino.export(Changes(["echo", "kept"], {"A": "1"}, task_name="changes"))
                cattino.export(Spoils("true", task_name="spoils"))
                """;
        meow.run("create", script("changes.py", text), "--wait").exits(1);
        assertThat(log("changes", "stdout.log")).isEqualTo("kept none 2\n");
        assertThat(task("spoils").reason().text())
                .startsWith("on_start of spoils left a command or an env that cannot be used");
    }

    @Test
    void aTaskThatIsCalledOffInTheOnStartOfItsGroupLeavesThatToTheNext() throws IOException {
        String text =
                """
                import os, time
                import cattino
                from cattino.tasks import ProcTask, TaskGroup

                class Slow(TaskGroup):
                    def on_start(self):
                        if os.path.exists("slow.txt"):
                            return
                        open("slow.txt", "w").close()
                        try:
                            time.sleep(600)
                        except Exception as problem:
                            raise RuntimeError("download failed") from problem

                cattino.export(Slow([ProcTask("true", task_name=name) for name in "ab"], group_name="slow"))
                """;
        meow.run("create", script("slow.py", text)).exits(0);
        await().atMost(LIMIT).until(() -> Files.exists(FARM.cwd().resolve("slow.txt")));
        assertThat(task("slow/b").reason().code()).isEqualTo("GroupStart");
        meow.run("cancel", "slow/a", "-y").exits(0);
        meow.run("wait", "slow/b").exits(0);
        assertThat(task("slow/a").status()).isEqualTo(TaskStatus.CANCELLED);
    }

    /** A group within a group that begin with the same task. */
    private static String nested(String inner) {
        return """
        import os, time
        import cattino
        from cattino.tasks import ProcTask, TaskGroup

        class Outer(TaskGroup):
            def on_start(self):
                print("outer starts")

            def on_end(self):
                print("outer ends")

        class Inner(TaskGroup):
            def on_start(self):
                %s

        inner = Inner([ProcTask("true", task_name=name) for name in "ab"], group_name="inner")
        cattino.export(Outer([inner, ProcTask("echo ran", task_name="c")], group_name="outer"))
        """
                .formatted(inner);
    }

    private void outerStartedAndEndedOnce() {
        Path log = Path.of(task("outer/c").directory()).resolveSibling("hooks.log");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(log).hasContent("outer starts\nouter ends\n"));
        meow.run("wait", "outer/@on_end").exits(0);
        assertThat(log).hasContent("outer starts\nouter ends\n");
    }

    @Test
    void anInnerGroupWhoseOnStartFailsLeavesTheOuterOneGoing() throws IOException {
        meow.run("create", script("inner.py", nested("raise ValueError('no data')")), "-W")
                .exits(1);
        assertThat(task("outer/inner/a").reason().code()).isEqualTo("HookFailed");
        assertThat(task("outer/inner/b").reason().text())
                .isEqualTo("on_start of the group outer/inner failed: ValueError: no data");
        assertThat(log("outer/c", "stdout.log")).isEqualTo("ran\n");
        outerStartedAndEndedOnce();
    }

    @Test
    void anOuterGroupThatHasStartedDoesNotStartAgain() throws IOException {
        String once =
                "os.path.exists('inner.txt') or (open('inner.txt', 'w').close(), time.sleep(600))";
        meow.run("create", script("once.py", nested(once))).exits(0);
        await().atMost(LIMIT).until(() -> Files.exists(FARM.cwd().resolve("inner.txt")));
        assertThat(task("outer/c").reason().code()).isEqualTo("GroupStart");
        meow.run("cancel", "outer/inner/a", "-y").exits(0);
        meow.run("wait", "outer/inner/b", "outer/c").exits(0);
        assertThat(task("outer/inner/a").status()).isEqualTo(TaskStatus.CANCELLED);
        outerStartedAndEndedOnce();
    }

    @Test
    void theEndOfAGroupIsATaskLikeOthersToThoseWhoNameIt() throws IOException {
        String text =
                """
                import cattino
                from cattino.tasks import ProcTask, TaskGroup

                class Ends(TaskGroup):
                    def on_end(self):
                        raise KeyError("no such thing")

                cattino.export(Ends([ProcTask("echo a", task_name="a")], group_name="ends"))
                """;
        meow.run("create", script("ends.py", text), "-W").exits(0);
        await().atMost(LIMIT)
                .until(() ->
                        meow.run("list", "-a", "ends/@on_end", "status")
                                .out()
                                .equals("ends/@on_end\tFailed\n"));
        assertThat(meow.run("logs", "ends").exits(0).out()).contains("a\n");
        assertThat(meow.run("describe", "ends/@on_end").exits(0).out()).contains("on_end of ends");
        meow.run("rerun", "ends/@on_end").exits(0);
        meow.run("wait", "ends/@on_end").exits(1);
    }

    @Test
    void expressionsOfACommandLineAreWorkedOutBeforeItIsHandedIn() throws IOException {
        meow.run("create", "-n", "sum", "-W", "echo ${eval: 1 + 2} $${eval: 1} ${task_name}")
                .exits(0);
        assertThat(task("sum").spec().command())
                .containsExactly("echo", "3", "$${eval: 1}", "${task_name}");
        assertThat(log("sum", "stdout.log")).isEqualTo("3 ${eval: 1} sum\n");
        assertThat(meow.run("create", "echo ${eval: 1 +}").exits(2).err())
                .contains("'${eval: 1 +}' cannot be worked out now");
        meow.run("create", "--python", "/no/python", "echo ${eval: 1}").exits(1);
    }

    @Test
    void tasksMayImportThePackageWhateverTheyRun() throws IOException {
        meow.run(
                        "create",
                        "-n",
                        "retries",
                        "-W",
                        "--",
                        "python3",
                        "-c",
                        "import cattino; print(cattino.where())")
                .exits(0);
        assertThat(log("retries", "stdout.log")).isEqualTo(task("retries").runDir() + "\n");
    }
}
