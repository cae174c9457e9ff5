package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.anyEdge;
import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.edge;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.inventory;
import static io.cattino.coordinator.core.Specs.mib;
import static io.cattino.coordinator.core.Specs.submission;
import static io.cattino.coordinator.core.Specs.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.EdgeSpec;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DependencyTest {
    private final CoreScenario s = CoreScenario.with(gpus(1, 24_576));

    @Test
    void diamondRunsInOrder() {
        s.submit(
                submission(cpu("d"), cpu("b"), cpu("c"), cpu("a"))
                        .edges(edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")));
        s.tick();
        s.expect("Submitted d, b, c, a", "Placed a.1 on n1", "-> Launch a.1 on n1");
        assertThat(s.reason("d").text()).isEqualTo("after b (waiting)");
        s.runs("a");
        assertThat(s.reason("b").text()).isEqualTo("after a (running)");
        s.exits("a", 0).tick();
        s.expect(
                "Started a.1 pid 4711",
                "Ended a.1 exit 0",
                "Finished a DONE",
                "Released a.1",
                "-> Forget a.1 on n1",
                "Placed b.1 on n1",
                "Placed c.1 on n1",
                "-> Launch b.1 on n1",
                "-> Launch c.1 on n1");
        s.exits("b", 0).tick();
        assertThat(s.status("d")).isEqualTo("Waiting Dependency");
        s.exits("c", 0).tick();
        assertThat(s.status("d")).isEqualTo("Waiting Starting");
    }

    @Test
    void failedParentLeavesItsChildrenWaitingWithTheReason() {
        s.submit(submission(cpu("a"), cpu("b"), cpu("c")).edges(edge("a", "b"), edge("b", "c")));
        assertThat(s.core().stuck(s.task("c"))).isFalse();
        s.tick().exits("a", 3);
        assertThat(s.status("b")).isEqualTo("Waiting Dependency");
        assertThat(s.reason("b").text()).isEqualTo("after a (failed: exit 3)");
        assertThat(s.reason("c").text()).isEqualTo("after b (waiting)");
        assertThat(s.core().stuck(s.task("b"))).isTrue();
        assertThat(s.core().stuck(s.task("c"))).isTrue();
    }

    @Test
    void rerunOfAFailedParentLetsItsChildrenRun() {
        s.submit(submission(cpu("a"), cpu("b")).edges(edge("a", "b")));
        s.tick().exits("a", 3);
        assertThat(s.reason("b").hint()).isEqualTo("meow rerun a");
        s.forgetTrace().rerun("a").tick();
        s.expect("Resumed a", "Placed a.2 on n1", "-> Launch a.2 on n1");
        assertThat(s.core().stuck(s.task("b"))).isFalse();
        assertThat(s.task("a").attempts().getFirst().end().orElseThrow().result())
                .isEqualTo(new AttemptResult.Exited(3));
        s.exits("a", 0).tick();
        assertThat(s.status("a")).isEqualTo("Done");
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void rerunOfADoneParentBlocksOnlyChildrenThatHaveNotStarted() {
        s.submit(
                submission(whole("hog", 1), cpu("a"), cpu("begun"), mib("queued", 20_000))
                        .edges(edge("a", "begun"), edge("a", "queued")));
        s.tick().runs("hog").exits("a", 0).tick().runs("begun");
        assertThat(s.status("queued")).isEqualTo("Waiting Memory");
        s.rerun("a");
        assertThat(s.status("begun")).isEqualTo("Running");
        assertThat(s.status("queued")).isEqualTo("Waiting Dependency");
    }

    @Test
    void aHeldTaskStartsOnlyWhenItIsResumed() {
        s.submit(submission(cpu("a"), cpu("b")).edges(edge("a", "b")));
        s.tick().hold("b").exits("a", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Held");
        assertThat(s.reason("b").hint()).isEqualTo("meow unhold b");
        assertThat(s.core().stuck(s.task("b"))).isTrue();
        s.resume("b").tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void cascadeCancelsWhoeverWaitsForSuccessDirectlyOrNot() {
        s.set("cascade-cancel-on-failure", "true");
        s.submit(
                submission(cpu("a"), cpu("b"), cpu("c"), cpu("any"), cpu("other"))
                        .edges(edge("a", "b"), edge("b", "c"), anyEdge("a", "any")));
        s.tick().forgetTrace().exits("a", 3).tick();
        s.expect(
                "Ended a.1 exit 3",
                "Finished a FAILED ExitCode",
                "Finished b CANCELLED DependencyFailed",
                "Finished c CANCELLED DependencyFailed",
                "Released a.1",
                "-> Forget a.1 on n1",
                "Placed any.1 on n1",
                "-> Launch any.1 on n1");
        assertThat(s.reason("c").text()).isEqualTo("since b did not succeed");
    }

    @Test
    void childOfAnyEndRunsAfterAFailureToo() {
        s.submit(submission(cpu("a"), cpu("b")).edges(anyEdge("a", "b"))).tick();
        s.exits("a", 3).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void sameEdgeTwiceIsTheStricterOne() {
        s.submit(submission(cpu("a"), cpu("b")).edges(anyEdge("a", "b"), edge("a", "b"))).tick();
        assertThat(s.task("b").parents()).hasSize(1);
        s.exits("a", 3);
        assertThat(s.core().stuck(s.task("b"))).isTrue();
    }

    @Test
    void groupsAreEndsOfEdgesNestedOnesToo() {
        s.submit(
                submission(cpu("g/a"), cpu("g/s/b"), cpu("h/c"), cpu("h/t/d"), cpu("ga"))
                        .edges(edge("g", "h")));
        assertThat(s.task("h/c").parents())
                .extracting(d -> d.parentName())
                .containsExactly("g/a", "g/s/b");
        assertThat(s.task("h/t/d").unsatisfied()).isEqualTo(2);
        assertThat(s.task("ga").unsatisfied()).isZero();
        s.submit(submission(cpu("x"), cpu("y")).edges(edge("g/s", "x"), edge("h/t/d", "y")));
        assertThat(s.task("x").unsatisfied()).isEqualTo(1);
    }

    @Test
    void storedParentsCountAsTheyAre() {
        s.submit(cpu("done"), cpu("failed")).tick().exits("done", 0).exits("failed", 1);
        s.submit(
                submission(cpu("x"), cpu("y"), cpu("z"))
                        .edges(edge("done", "x"), edge("failed", "y"), anyEdge("failed", "z")));
        s.tick();
        assertThat(s.status("x")).isEqualTo("Waiting Starting");
        assertThat(s.status("y")).isEqualTo("Waiting Dependency");
        assertThat(s.core().stuck(s.task("y"))).isTrue();
        assertThat(s.status("z")).isEqualTo("Waiting Starting");
    }

    @Test
    void unknownEndsAreRefusedAndNothingIsStored() {
        s.forgetTrace();
        assertThat(s.submit(submission(cpu("a")).edges(edge("b", "a"))).rejection())
                .isEqualTo(new Rejection.NotFound("task", "b", List.of("a")));
        assertThat(s.submit(submission(cpu("a")).edges(edge("a", "b"))).rejection())
                .isInstanceOf(Rejection.Invalid.class);
        s.noMoreEffects();
    }

    @Test
    void removedParentKeepsWhatItSatisfiedAndNothingElse() {
        s.submit(
                submission(cpu("a"), cpu("b"), cpu("x"), cpu("y"))
                        .edges(edge("a", "x"), edge("b", "x"), edge("b", "y")));
        s.tick().exits("a", 0);
        assertThat(changes(s.remove("a"))).containsExactly("a CHANGED ");
        assertThat(s.task("x").parents()).extracting(d -> d.parentName()).containsExactly("b");
        s.exits("b", 1);
        assertThat(changes(s.remove("b")))
                .containsExactly("b CHANGED 2 tasks wait for it and can no longer start: x, ...");
        assertThat(s.reason("x").text()).isEqualTo("after b, which was removed");
        assertThat(s.reason("x").hint()).isEqualTo("meow set x.after ''");
        assertThat(s.core().stuck(s.task("x"))).isTrue();
    }

    @Test
    void resumedParentBlocksOnlyChildrenThatHaveNotStarted() {
        CoreScenario one = CoreScenario.with(inventory(List.of(), 4, 1));
        one.submit(
                submission(cpu("a"), cpu("b").withPriority(0), cpu("c").withPriority(5))
                        .edges(anyEdge("a", "b"), anyEdge("a", "c")));
        one.cancel("a").tick();
        assertThat(one.status("b")).isEqualTo("Waiting Slots");
        assertThat(one.status("c")).isEqualTo("Waiting Starting");
        one.resume("a");
        assertThat(one.status("b")).isEqualTo("Waiting Dependency");
        assertThat(one.status("c")).isEqualTo("Waiting Starting");
        // Its retry does not wait for the parent either.
        one.exits("c", 100);
        assertThat(one.status("c")).isEqualTo("Waiting RetryBackoff");
    }

    @Test
    void cancelledParentIsResumedAndItsChildrenGoOn() {
        s.submit(submission(cpu("a"), cpu("b")).edges(edge("a", "b"))).cancel("a");
        assertThat(s.core().stuck(s.task("b"))).isTrue();
        s.resume("a");
        assertThat(s.core().stuck(s.task("b"))).isFalse();
        s.tick().exits("a", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void cyclesAreRefusedWithOneNamed() {
        s.forgetTrace();
        assertThat(cycle(submission(cpu("a")).edges(edge("a", "a")))).isEqualTo("a → a");
        assertThat(cycle(submission(cpu("a"), cpu("b")).edges(edge("a", "b"), edge("b", "a"))))
                .isEqualTo("a → b → a");
        assertThat(
                        cycle(
                                submission(cpu("x"), cpu("a"), cpu("b"), cpu("c"), cpu("y"))
                                        .edges(
                                                edge("x", "a"),
                                                edge("a", "b"),
                                                edge("b", "c"),
                                                edge("c", "a"),
                                                edge("c", "y"))))
                .isEqualTo("a → b → c → a");
        assertThat(cycle(submission(cpu("g/a"), cpu("g/b")).edges(edge("g", "g/b"))))
                .isEqualTo("g/b → g/b");
        s.noMoreEffects();
    }

    private String cycle(Specs.Submitting submitting) {
        String text = s.submit(submitting).rejection().text();
        return text.replace("the dependencies form a cycle: ", "");
    }

    @Test
    @Timeout(20)
    void chainOfAHundredThousandIsAcceptedRunsAndIsExplainedWithoutRecursion() {
        int length = 100_000;
        SchedulerCore core = new SchedulerCore(ClusterState.empty(), "/runs");
        List<TaskSpec> tasks = tasks("t", length);
        List<EdgeSpec> edges = chain(length);
        Time at = new Time(1, 1);
        Step step = core.step(submission().of(tasks).edges(edges).input(at, "r"));
        assertThat(step.reply()).isInstanceOf(Reply.Submitted.class);
        ClusterState state = core.state();
        assertThat(state.tasks().stream().filter(core::stuck)).isEmpty();
        core.step(
                new Input.Control(
                        at, new Input.Verb.Cancel(""), new Input.Selection(List.of("t0"), false)));
        assertThat(state.tasks().stream().filter(core::stuck)).hasSize(length - 1);
        core.step(new Input.SetSetting(at, "cascade-cancel-on-failure", "true"));

        edges.add(edge("t" + (length - 1), "t0"));
        SchedulerCore other = new SchedulerCore(ClusterState.empty(), "/runs");
        Reply refused = other.step(submission().of(tasks).edges(edges).input(at, "r")).reply();
        Rejection rejection = ((Reply.Rejected) refused).rejection();
        assertThat(((Rejection.Cycle) rejection).cycle()).hasSize(length + 1);
        assertThat(rejection.text()).hasSizeLessThan(300).contains("more");
    }

    @Test
    @Timeout(20)
    void failureOfALongChainsHeadIsCascaded() {
        int length = 100_000;
        CoreScenario one = CoreScenario.with(inventory(List.of(), 4, 1));
        SchedulerCore core = new SchedulerCore(ClusterState.empty(), "/runs");
        core.step(new Input.SetSetting(one.now(), "cascade-cancel-on-failure", "true"));
        core.step(submission().of(tasks("t", length)).edges(chain(length)).input(one.now(), "r"));
        new FarmOfOne(core, one.now()).run("t0", 1);
        assertThat(core.state().tasks()).allMatch(task -> task.finished());
    }

    @Test
    @Timeout(30)
    void thousandByThousandEdgesBetweenGroupsAreWithinTheLimitAndWorkedOff() {
        SchedulerCore core = new SchedulerCore(ClusterState.empty(), "/runs");
        List<TaskSpec> tasks = new ArrayList<>(tasks("g/a", 1_000));
        tasks.addAll(tasks("h/b", 1_000));
        Time at = new Time(1, 1);
        long began = System.nanoTime();
        core.step(submission().of(tasks).edges(edge("g", "h")).input(at, "r"));
        FarmOfOne farm = new FarmOfOne(core, at);
        for (int i = 0; i < 1_000; i++) {
            farm.run("g/a" + i, 0);
        }
        assertThat(core.state().byName("h/b999").orElseThrow().state())
                .isInstanceOf(TaskState.Queued.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));

        Reply more =
                core.step(
                                submission()
                                        .of(tasks("k", 2))
                                        .edges(edge("g", "k0"), edge("h", "k0"), edge("k0", "k1"))
                                        .input(at, "r2"))
                        .reply();
        assertThat(more).isInstanceOf(Reply.Submitted.class);
    }

    @Test
    void moreThanAMillionEdgesAreRefused() {
        s.forgetTrace();
        List<TaskSpec> tasks = new ArrayList<>(tasks("g/a", 1_001));
        tasks.addAll(tasks("h/b", 1_000));
        assertThat(s.submit(submission().of(tasks).edges(edge("g", "h"))).rejection())
                .isInstanceOf(Rejection.Limit.class);
        s.noMoreEffects();
    }

    private static List<TaskSpec> tasks(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> cpu(name + i)).toList();
    }

    private static List<EdgeSpec> chain(int length) {
        List<EdgeSpec> edges = new ArrayList<>();
        for (int i = 1; i < length; i++) {
            edges.add(edge("t" + (i - 1), "t" + i));
        }
        return edges;
    }

    private static List<String> changes(CoreScenario scenario) {
        return ((Reply.Changes) scenario.reply())
                .changes().stream()
                        .map(c -> c.fullname() + " " + c.outcome() + " " + c.message())
                        .toList();
    }
}
