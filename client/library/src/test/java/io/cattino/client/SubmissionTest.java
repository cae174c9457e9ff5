package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubmissionTest {

    private final ProcTask a = task("a");
    private final ProcTask b = task("b");
    private final ProcTask c = task("c");

    private static ProcTask task(String name) {
        return ProcTask.builder(name).command("true").build();
    }

    @Test
    void namesTheCycle() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGraph.builder().edge(a, b).edge(b, a).build())
                .withMessage("the graph has a cycle: a → b → a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGraph.builder().edge(a, a).build())
                .withMessage("the graph has a cycle: a → a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGraph.builder().edge(c, a).edge(a, b).edge(b, c).build())
                .withMessageMatching(".*(c → a → b → c|a → b → c → a|b → c → a → b)");
    }

    @Test
    void findsCyclesThroughGroups() {
        TaskGroup group = TaskGroup.builder("g").add(a, b).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGraph.builder().edge(group, c).edge(c, b).build())
                .withMessageContaining("g → c → b → g");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGraph.builder().edge(group, a).build())
                .withMessageContaining("cycle");
        TaskGroup sequence = TaskGroup.builder("s").add(a, b).sequential().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Submission.builder().add(sequence).edge(b, a).build())
                .withMessageContaining("cycle");
    }

    @Test
    void survivesAChainOfAHundredThousand() {
        List<ProcTask> tasks = IntStream.range(0, 100_000).mapToObj(i -> task("t" + i)).toList();
        TaskGroup chain = TaskGroup.builder("chain").add(tasks).sequential().build();
        assertThat(Submission.of(chain).edges()).hasSize(99_999);
    }

    @Test
    void strategiesBecomeEdgesBetweenFullnames() {
        TaskGroup inner = TaskGroup.builder("inner").add(a, b).sequential().build();
        TaskGraph graph = TaskGraph.builder().edge(inner, c, EdgeCondition.ANY).build();
        TaskGroup outer = TaskGroup.builder("outer").add(inner, c).strategy(graph).build();

        Submission submission =
                Submission.builder().add(outer).after("old", "x/y").afterAny("z").build();

        assertThat(submission.tasks().keySet())
                .containsExactly("outer/inner/a", "outer/inner/b", "outer/c");
        assertThat(submission.groups().keySet()).containsExactly("outer", "outer/inner");
        assertThat(submission.edges())
                .containsExactlyInAnyOrder(
                        new Submission.Edge(
                                "outer/inner/a", "outer/inner/b", EdgeCondition.SUCCESS),
                        new Submission.Edge("outer/inner", "outer/c", EdgeCondition.ANY),
                        new Submission.Edge("old", "outer", EdgeCondition.SUCCESS),
                        new Submission.Edge("x/y", "outer", EdgeCondition.SUCCESS),
                        new Submission.Edge("z", "outer", EdgeCondition.ANY));
    }

    @Test
    void graphTasksJoinAGroupOfOneTaskOnly() {
        TaskGraph graph = TaskGraph.builder().edge(a, b).edge(b, c).build();
        assertThat(TaskGroup.builder("g").add(a).strategy(graph).build().allTasks())
                .containsExactly(a, b, c);
        assertThat(TaskGroup.builder("g").strategy(graph).build().allTasks())
                .containsExactly(a, b, c);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGroup.builder("g").add(a, b).strategy(graph).build())
                .withMessageContaining("'c', which does not lie in the group");
    }

    @Test
    void unnamedThingsGetNames() {
        ProcTask unnamed = ProcTask.builder().command("true").build();
        assertThat(unnamed.name()).matches("[A-Za-z][A-Za-z0-9]{4}");
        assertThat(TaskGroup.builder().add(a, b).build().name()).isEqualTo("group_of_a");
    }

    @Test
    void refusesWhatIsNotASubmission() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Submission.of())
                .withMessageContaining("no task");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGroup.builder("g").build())
                .withMessageContaining("'g' has no task");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Submission.of(a, task("a")))
                .withMessageContaining("called 'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskGroup.builder("g").add(a, task("a")).build())
                .withMessageContaining("called 'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Submission.of(a, TaskGroup.builder("g").add(a).build()))
                .withMessageContaining("twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Submission.builder().add(a).edge(a, b).build())
                .withMessageContaining("'b', which is not in the submission");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Submission.builder().add(a).after("../etc"))
                .withMessageContaining("reserved");
    }

    @Test
    void taskDefaultsAndChecks() {
        assertThat(a.priority()).isEqualTo(1);
        assertThat(a.devices()).isEqualTo(DeviceNeed.none());
        assertThat(ProcTask.builder("x").command("true").minDevices(2).build().devices())
                .isEqualTo(DeviceNeed.whole(2));
        assertThat(
                        ProcTask.builder("x")
                                .command("true")
                                .memoryPerDevice(Memory.mib(5))
                                .build()
                                .devices())
                .isEqualTo(DeviceNeed.of(1, Memory.mib(5)));
        assertThat(ProcTask.builder("x").command("echo", "a b").build().command())
                .containsExactly("echo", "a b");
        assertThat(ProcTask.builder("x").command("echo 'a b'").build().command())
                .containsExactly("echo", "a b");
        assertThat(ProcTask.builder("x").shell("a | b").build().shell()).isTrue();
        ProcTask.Builder builder = ProcTask.builder("x");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("'x' has no command");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.command("  "));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.command("a", "\0"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.minDevices(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.cpus(-1));
        assertThat(a.lostAfter()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.lostAfter(Duration.ofSeconds(14)))
                .withMessage("lostAfter must be between 15s and 30 days, not 14s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.lostAfter(Duration.ofDays(30).plusMillis(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.env("A=B", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.label("k", "v".repeat(257)));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.command("true")
                                .minDevices(0)
                                .memoryPerDevice(Memory.mib(1))
                                .build())
                .withMessageContaining("needs at least 1 device");
    }

    @Test
    void contextLeavesOutWhatBelongsToThisMachineOrIsSecret() {
        Map<String, String> environment =
                Map.ofEntries(
                        Map.entry("PATH", "/bin"),
                        Map.entry("TOKENIZERS_PARALLELISM", "1"),
                        Map.entry("SSH_AUTH_SOCK", "x"),
                        Map.entry("DISPLAY", ":0"),
                        Map.entry("CUDA_VISIBLE_DEVICES", "0"),
                        Map.entry("CATTINO_HOME", "x"),
                        Map.entry("TOKEN", "x"),
                        Map.entry("HF_TOKEN", "x"),
                        Map.entry("AWS_SECRET_KEY", "x"),
                        Map.entry("my_password", "x"));

        SubmitContext context =
                SubmitContext.builder().environmentFrom(environment, List.of("HF_TOKEN")).build();

        assertThat(context.environment())
                .containsOnlyKeys("HF_TOKEN", "PATH", "TOKENIZERS_PARALLELISM");
        assertThat(context.notSent())
                .containsExactly(
                        "AWS_SECRET_KEY",
                        "CATTINO_HOME",
                        "CUDA_VISIBLE_DEVICES",
                        "DISPLAY",
                        "SSH_AUTH_SOCK",
                        "TOKEN",
                        "my_password");
    }

    @Test
    void currentContextIsThisProcess() {
        SubmitContext context = SubmitContext.current();
        assertThat(context.workingDirectory()).isEqualTo(System.getProperty("user.dir"));
        assertThat(context.environment()).containsEntry("PATH", System.getenv("PATH"));
        assertThat(context.umask()).isBetween(0, 0777);
        assertThat(context.host()).isNotEmpty();
    }
}
