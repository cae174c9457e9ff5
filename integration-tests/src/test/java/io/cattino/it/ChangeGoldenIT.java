package io.cattino.it;

import static org.awaitility.Awaitility.await;

import io.cattino.client.Force;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shows what the commands print that change something; somebody has looked at each file. */
class ChangeGoldenIT {
    private static final List<Integer> USUAL = List.of(100);

    @RegisterExtension static final Farm FARM = Scene.farm();

    private static Gate gate;

    @BeforeAll
    static void open() {
        gate = Gate.make(FARM.cwd().resolve("gate"));
        Scene.measure(FARM);
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    private static Golden golden(String name) {
        return new Golden(name, FARM.meow(), Normal.of(FARM));
    }

    private static Terminal terminal(String... arguments) {
        return FARM.meow()
                .with("NO_COLOR", "1")
                .with("CATTINO_ARGV0", "meow")
                .terminal(100, arguments);
    }

    /** Tasks that run until the gate opens. */
    private static void running(String... names) {
        for (String name : names) {
            submit(ProcTask.builder(name).command(Scene.HOLDS).build());
        }
        until(task -> task.status() == TaskStatus.RUNNING, names);
    }

    private static void submit(ProcTask task) {
        FARM.client().submit(Submission.builder().add(task).context(FARM.context()).build());
    }

    private static void until(Predicate<TaskInfo> is, String... names) {
        for (String name : names) {
            await(name)
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> is.test(FARM.client().task(name).info()));
        }
    }

    private static void ended(String... names) {
        until(task -> task.status().isEnded(), names);
    }

    @SideBySide
    void create() {
        running("mother");
        golden("create")
                .pipe("create", "-n", "piped", "true")
                .pipe("create", "-g", "grid", "-n", "run_0", "-l", "exp=1", "echo hello")
                .pipe("create", "-q", "-n", "still", "true")
                .terminals(List.of(60), "create", "-n", "shown", "true")
                .colours(100, "create", "-n", "painted", "-M", "100", "true")
                .terminals(USUAL, "create", "-n", "whole", "-c", "1", "-p", "3", "true")
                .terminals(
                        USUAL, "create", "--dry-run", "-n", "dry", "-c", "4", "-M", "30%", "true")
                .pipe("create", "--dry-run", "-n", "dry", "--after", "mother", "true")
                .terminals(USUAL, "create", "-n", "child", "--after", "mother", "true")
                .terminals(USUAL, "create", "-W", "-n", "bad", "--shell", "echo E >&2; exit 3")
                .pipe("create", "-W", "-n", "good", "true")
                .pipe("create", "-n", "sweep", "-m", "true", "--", "lr=[1,2]", "--seed", "[3,4]")
                .terminals(USUAL, "create", "-n", "wave", "-m", "true", "--", "lr=[1,2]")
                .check();
    }

    @SideBySide
    void kill() {
        running("k1", "k2", "k3", "k4");
        Golden golden = golden("kill").pipe("kill", "k1");
        golden.terminals(USUAL, "kill", "-f", "k2");
        Terminal no = terminal("kill", "k3", "k4");
        no.awaitText("[y/N]").type("n\n");
        golden.terminal(no, false, "meow kill k3 k4");
        Terminal yes = terminal("kill", "k3", "k4");
        yes.awaitText("[y/N]").type("y\n");
        golden.terminal(yes, false, "meow kill k3 k4");
        ended("k1", "k2", "k3", "k4");
        golden.pipe("kill", "k1").check();
    }

    @SideBySide
    void cancelAndResume() {
        running("c1", "c2");
        Golden golden = golden("cancel").pipe("cancel", "c1");
        ended("c1");
        golden.terminals(USUAL, "cancel", "c2");
        ended("c2");
        golden.pipe("cancel", "c1", "c2")
                .pipe("resume", "c1")
                .terminals(USUAL, "resume", "c2")
                .pipe("resume", "nobody")
                .check();
    }

    @SideBySide
    void remove() {
        submit(ProcTask.builder("obsolete").command("true").build());
        submit(ProcTask.builder("outdated").command("true").build());
        ended("obsolete", "outdated");
        running("superfluous");
        golden("remove")
                .pipe("remove", "obsolete")
                .terminals(USUAL, "remove", "outdated")
                .terminals(USUAL, "remove", "superfluous")
                .pipe("remove", "obsolete")
                .check();
    }

    @SideBySide
    void rerun() {
        submit(ProcTask.builder("again").command("false").build());
        submit(ProcTask.builder("more").command("false").build());
        ended("again", "more");
        Golden golden = golden("rerun").pipe("rerun", "again");
        golden.terminals(USUAL, "rerun", "more");
        ended("again", "more");
        golden.pipe("rerun", "nobody").check();
    }

    @SideBySide
    void set() {
        running("parent");
        FARM.client()
                .submit(
                        Submission.builder()
                                .add(ProcTask.builder("later").command("true").build())
                                .after("parent")
                                .context(FARM.context())
                                .build());
        golden("set")
                .pipe("set", "later.priority", "7")
                .terminals(USUAL, "set", "later.requires_memory_per_device", "2000")
                .pipe("set", "retry-limit", "5")
                .terminals(USUAL, "set", "override-exist-tasks", "forbid")
                .pipe("set", "later.colour", "red")
                .pipe("set", "parent.priority", "high")
                .check();
    }

    @SideBySide
    void hold() {
        running("first");
        FARM.client()
                .submit(
                        Submission.builder()
                                .add(ProcTask.builder("held").command("true").build())
                                .after("first")
                                .context(FARM.context())
                                .build());
        golden("hold")
                .pipe("hold", "held")
                .terminals(USUAL, "list", "-l", "none=such")
                .terminals(USUAL, "describe", "held")
                .terminals(USUAL, "unhold", "held")
                .check();
    }

    @SideBySide
    void watch() {
        submit(
                ProcTask.builder("talks")
                        .shell(
                                """
                                printf 'epoch 1\\n'
                                for n in 1 2 3; do printf '\\r %d%%|#####     | %d/3 ' $((n * 33)) $n; done
                                printf '\\nready\\n'
                                exec head -n 1 gate
                                """)
                        .build());
        until(task -> task.status() == TaskStatus.RUNNING, "talks");
        Golden golden = golden("watch");
        Terminal left = terminal("watch", "talks");
        left.awaitText("ready").interrupt();
        golden.terminal(left, false, "meow watch talks");
        FARM.client().task("talks").kill(Force.YES);
        ended("talks");
        golden.terminals(List.of(60), "watch", "talks")
                .pipe("watch", "talks")
                .pipe("logs", "talks")
                .pipe("logs", "--tail", "1", "talks")
                .pipe("logs", "--since", "1d", "--tail", "1", "talks")
                .pipe("logs", "--since", "0s", "talks")
                .pipe("watch", "-s", "stderr", "talks")
                .check();
    }

    @SideBySide
    void waits() {
        submit(ProcTask.builder("w1").command("true").build());
        submit(ProcTask.builder("w2").shell("exit 3").build());
        golden("wait")
                .pipe("wait", "w1")
                .pipe("wait", "w2")
                .pipe("wait", "w1", "w2")
                .terminals(USUAL, "wait", "w1")
                .terminals(USUAL, "wait", "w2")
                .check();
    }
}
