package io.cattino.it;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.EdgeCondition;
import io.cattino.client.Force;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.SubmissionHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import io.cattino.client.WaitResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that dependencies hold: a child never starts before its parents are done, as the tasks
 * themselves saw it, and never at all after a failed one.
 */
class DiamondIT {
    private static final int TASKS = 200;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension static final Farm FARM = Farm.running();

    @AfterEach
    void forgetEverything() {
        FARM.client().kill(TaskSelector.everything(), Force.YES);
        FARM.client().remove(TaskSelector.everything());
        await().atMost(Duration.ofSeconds(20)).until(() -> FARM.client().tasks().list().isEmpty());
    }

    @RepeatedTest(3)
    void noChildStartsBeforeItsParentsAreDone(RepetitionInfo repetition) throws Exception {
        everyEdgeHolds(repetition.getCurrentRepetition());
    }

    @Tag("soak")
    @RepeatedTest(20)
    void noChildStartsBeforeItsParentsAreDoneInTwentyRuns(RepetitionInfo repetition)
            throws Exception {
        everyEdgeHolds(1000L + repetition.getCurrentRepetition());
    }

    private static void everyEdgeHolds(long seed) throws Exception {
        Dag dag = Dag.layered(seed, TASKS);
        int before = FARM.ledger().entries().size();
        SubmissionHandle submission =
                FARM.client().submit(dag.submission(FARM.ledger()).context(FARM.context()).build());
        WaitResult result = submission.await(LIMIT);
        assertThat(result.unsuccessful()).as("seed %d", seed).isEmpty();
        assertThat(result.tasks()).hasSize(TASKS);
        List<Ledger.Entry> run =
                FARM.ledger().entries().stream().filter(entry -> entry.line() >= before).toList();
        assertThat(run).as("every task started once and ended once").hasSize(2 * TASKS);
        assertOrder(dag, lines(run, true), lines(run, false));
        assertTimes(dag, result.tasks());
    }

    private static Map<String, Integer> lines(List<Ledger.Entry> entries, boolean starts) {
        return entries.stream()
                .filter(entry -> entry.start() == starts)
                .collect(toMap(Ledger.Entry::task, Ledger.Entry::line));
    }

    private static void assertOrder(
            Dag dag, Map<String, Integer> starts, Map<String, Integer> ends) {
        for (Dag.Edge edge : dag.edges()) {
            String parent = dag.names().get(edge.parent());
            String child = dag.names().get(edge.child());
            assertThat(starts.get(child))
                    .as("line at which %s starts, after that at which %s ends", child, parent)
                    .isGreaterThan(ends.get(parent));
        }
    }

    private static void assertTimes(Dag dag, List<TaskInfo> tasks) {
        Map<String, Instant> starts =
                tasks.stream()
                        .collect(
                                toMap(
                                        TaskInfo::fullname,
                                        task -> requireNonNull(task.startTime())));
        Map<String, Instant> ends =
                tasks.stream()
                        .collect(toMap(TaskInfo::fullname, task -> requireNonNull(task.endTime())));
        for (Dag.Edge edge : dag.edges()) {
            Instant end = requireNonNull(ends.get(dag.names().get(edge.parent())));
            assertThat(starts.get(dag.names().get(edge.child())))
                    .as("recorded start of the child of %s", edge)
                    .isNotNull()
                    .isAfterOrEqualTo(end);
        }
    }

    @Test
    void afterOrdersTasksOfTheCommandLine() throws Exception {
        everyAfterHolds(Dag.layered(7, 12));
    }

    @Tag("soak")
    @Test
    void afterOrdersTwoHundredTasksOfTheCommandLine() throws Exception {
        everyAfterHolds(Dag.layered(8, TASKS));
    }

    /** One {@code create} for each task; none starts before all are there. */
    private static void everyAfterHolds(Dag dag) throws Exception {
        int before = FARM.ledger().entries().size();
        try (Gate gate = FARM.gate("first-of-" + dag.names().size())) {
            for (int i = 0; i < dag.names().size(); i++) {
                create(
                        dag.names().get(i),
                        dag.parents(i),
                        i == 0
                                ? FARM.ledger().work(gate, 0)
                                : FARM.ledger().work(dag.seconds().get(i), 0));
            }
            String last = dag.names().getLast();
            TaskInfo waiting = FARM.client().task(last).info();
            assertThat(waiting.reason().code()).isEqualTo("Dependency");
            assertThat(waiting.stuck()).isFalse();
            gate.release(1);
            assertThat(FARM.client().task(last).await(LIMIT).isDone()).isTrue();
        }
        List<Ledger.Entry> run =
                FARM.ledger().entries().stream().filter(entry -> entry.line() >= before).toList();
        assertOrder(dag, lines(run, true), lines(run, false));
    }

    private static void create(String name, String parents, List<String> command) {
        List<String> arguments = new ArrayList<>(List.of("create", "-n", name));
        if (!parents.isEmpty()) {
            arguments.addAll(List.of("--after", parents));
        }
        arguments.addAll(List.of(command.getFirst(), "--"));
        arguments.addAll(command.subList(1, command.size()));
        assertThat(FARM.meow().run(arguments.toArray(String[]::new)).exits(0).lines())
                .containsExactly(name);
    }

    @Test
    void childrenOfAFailedParentWaitAndSayWhy() throws Exception {
        SubmissionHandle submission = FARM.client().submit(failing("f"));
        WaitResult result = submission.await(LIMIT);
        assertThat(submission.task("f-parent").info().exitCode()).isEqualTo(7);
        assertThat(result.stuck())
                .extracting(TaskInfo::fullname)
                .containsExactly("f-child", "f-grandchild");
        assertThat(result.stuck())
                .allSatisfy(task -> {
                    assertThat(task.status()).isEqualTo(TaskStatus.WAITING);
                    assertThat(task.reason().code()).isEqualTo("Dependency");
                });
        assertThat(submission.task("f-child").info().reason().text()).contains("f-parent");
        assertThat(submission.task("f-any").info().status())
                .as("--after-any runs all the same")
                .isEqualTo(TaskStatus.DONE);
        Meow.Result waited =
                FARM.meow().run("create", "--wait", "--after", "f-parent", "-n", "late", "true");
        waited.exits(1);
        assertThat(waited.out() + waited.err()).contains("late").contains("f-parent");
        assertThat(FARM.ledger().starts()).doesNotContainKeys("f-child", "f-grandchild", "late");
    }

    @Test
    void cascadeCancelsTheChildrenOfAFailedParent() throws Exception {
        FARM.meow().run("set", "cascade-cancel-on-failure", "true").exits(0);
        try {
            SubmissionHandle submission = FARM.client().submit(failing("c"));
            WaitResult result = submission.await(LIMIT);
            assertThat(result.stuck()).isEmpty();
            for (String name : List.of("c-child", "c-grandchild")) {
                TaskInfo task = submission.task(name).info();
                assertThat(task.status()).as(name).isEqualTo(TaskStatus.CANCELLED);
                assertThat(task.reason().code()).as(name).isEqualTo("DependencyFailed");
            }
            assertThat(FARM.ledger().starts()).doesNotContainKeys("c-child", "c-grandchild");
        } finally {
            FARM.client().cluster().set("cascade-cancel-on-failure", "false");
        }
    }

    /** A failing parent, its child, the child's child, and one that runs after any end. */
    private static Submission failing(String prefix) {
        ProcTask parent = task(prefix + "-parent", FARM.ledger().work("0.05", 7));
        ProcTask child = task(prefix + "-child", FARM.ledger().work());
        ProcTask grandchild = task(prefix + "-grandchild", FARM.ledger().work());
        ProcTask any = task(prefix + "-any", FARM.ledger().work());
        return Submission.builder()
                .add(parent, child, grandchild, any)
                .edge(parent, child)
                .edge(child, grandchild)
                .edge(parent, any, EdgeCondition.ANY)
                .context(FARM.context())
                .build();
    }

    private static ProcTask task(String name, List<String> command) {
        return ProcTask.builder(name).command(command).build();
    }
}
