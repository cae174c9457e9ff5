package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.edge;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.submission;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryAndRetentionTest {
    private static final long DAY = 24L * 3600 * 1000;

    private final CoreScenario s = CoreScenario.with(gpus(1, 24_576));

    @Test
    void exit100IsRetriedWithBackoffUpToTheLimit() {
        s.submit(cpu("a")).tick();
        List<String> waits = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            s.runs("a").forgetTrace().exits("a", 100);
            waits.add(s.trace().get(1));
            s.pass(61_000);
        }
        assertThat(waits)
                .startsWith(
                        "Requeued a RETRY in 1000",
                        "Requeued a RETRY in 2000",
                        "Requeued a RETRY in 4000")
                .endsWith("Requeued a RETRY in 60000", "Requeued a RETRY in 60000");
        s.runs("a").exits("a", 100);
        assertThat(s.status("a")).isEqualTo("Failed RetryLimit");
        assertThat(s.task("a").tally().attempts()).isEqualTo(17);
    }

    @Test
    void retryIsNotPlacedBeforeItsTimeAlsoAfterAFailover() {
        s.submit(cpu("a")).tick().exits("a", 100);
        assertThat(s.reason("a").text()).isEqualTo("retry 1/16 (exit 100) in 1s");
        s.failover().hello("n1", List.of()).beat().advance(999).tick();
        assertThat(s.status("a")).isEqualTo("Waiting RetryBackoff");
        s.advance(1).beat().tick();
        assertThat(s.status("a")).isEqualTo("Waiting Starting");
        assertThat(s.attempt("a").number()).isEqualTo(2);
        assertThat(s.attempt("a").epoch()).isEqualTo(2);
    }

    @Test
    void retryLimitZeroIsNone() {
        s.set("retry-limit", "0").submit(cpu("a")).tick();
        for (int i = 0; i < 30; i++) {
            s.exits("a", 100).pass(61_000);
        }
        assertThat(s.status("a")).isEqualTo("Waiting Starting");
        assertThat(s.task("a").attempts()).hasSize(20);
        assertThat(s.attempt("a").number()).isEqualTo(31);
    }

    @Test
    void twentyFailuresOfNodesInARowHoldTheTaskUntilAPersonResumesIt() {
        s.submit(submission(cpu("a"), cpu("b")).edges(edge("a", "b"))).tick();
        for (int i = 0; i < 20; i++) {
            s.ended("a", new AttemptResult.NotStarted("disk full"));
            s.report("a", new AttemptEvent.Released()).pass(61_000);
        }
        assertThat(s.status("a")).isEqualTo("Waiting Held");
        assertThat(s.core().stuck(s.task("a"))).isTrue();
        assertThat(s.core().stuck(s.task("b"))).isTrue();
        s.resume("a").tick();
        assertThat(s.status("a")).isEqualTo("Waiting Starting");
        assertThat(s.task("a").tally().infrastructure()).isZero();
    }

    @Test
    void startInBetweenForgivesTheNodes() {
        s.submit(cpu("a")).tick();
        for (int i = 0; i < 19; i++) {
            s.ended("a", new AttemptResult.NotStarted("disk full"));
            s.report("a", new AttemptEvent.Released()).pass(61_000);
        }
        s.runs("a").exits("a", 100).pass(61_000);
        s.ended("a", new AttemptResult.NotStarted("disk full"));
        assertThat(s.status("a")).isEqualTo("Waiting RetryBackoff");
    }

    @Test
    void finishedTasksAreForgottenAfterThirtyDays() {
        s.submit(cpu("a")).tick().exits("a", 0).advance(30 * DAY - 10_000).tick().forgetTrace();
        assertThat(s.state().byName("a")).isPresent();
        s.pass(70_000);
        s.expect("Purged a", "SubmissionsForgotten [request-1]");
    }

    @Test
    void whatSomebodyWaitsForOrLiesBesideUnfinishedOnesIsKept() {
        s.submit(submission(cpu("failed"), cpu("waits")).edges(edge("failed", "waits")));
        s.submit(cpu("g/done"), cpu("g/runs")).tick();
        s.exits("failed", 1).exits("g/done", 0).runs("g/runs");
        s.advance(31 * DAY).beat().tick();
        assertThat(s.state().tasks()).hasSize(4);
        s.exits("g/runs", 0).remove("waits").advance(61_000).tick();
        // The one that has just ended is young; the rest of its group is old.
        assertThat(s.state().tasks()).extracting(Task::fullname).containsExactly("g/runs");
    }

    @Test
    void devicesThatAreNotCleanKeepTheRecord() {
        s.submit(cpu("a")).tick().ended("a", new AttemptResult.Exited(0)).advance(31 * DAY).tick();
        assertThat(s.state().byName("a")).isPresent();
        s.report("a", new AttemptEvent.Released()).advance(61_000).tick();
        assertThat(s.state().byName("a")).isEmpty();
    }

    @Test
    void onlyTheNewestAreKeptBeyondTheLimit() {
        s.set("keep-finished", "2").submit(cpu("a"), cpu("b"), cpu("c"), cpu("d")).tick();
        s.exits("c", 0).advance(10).exits("a", 0).advance(10).exits("d", 0).advance(10);
        s.exits("b", 0).advance(61_000).tick();
        assertThat(s.state().tasks()).extracting(Task::fullname).containsExactly("b", "d");
    }

    @Test
    void retentionKeepsUpWithManyAndReachesPastThoseItMustKeep() {
        int kept = 6_000;
        s.set("keep-finished", "0");
        TaskSpec[] group =
                IntStream.rangeClosed(0, kept)
                        .mapToObj(i -> cpu("g/" + i))
                        .toArray(TaskSpec[]::new);
        SchedulerCore core = s.core();
        core.step(submission(group).input(s.now(), "r1"));
        TaskSpec[] others =
                IntStream.range(0, 2_000).mapToObj(i -> cpu("t" + i)).toArray(TaskSpec[]::new);
        core.step(submission(others).input(s.now(), "r2"));
        cancel(core, IntStream.range(0, kept).mapToObj(i -> "g/" + i).toList());
        s.advance(1_000);
        cancel(core, IntStream.range(0, 2_000).mapToObj(i -> "t" + i).toList());
        s.drain("n1");
        for (int i = 0; i < 70; i++) {
            s.advance(1_000);
            core.step(new Input.Tick(s.now()));
        }
        // g/6000 is still waiting, so all of g stays; t is gone.
        assertThat(core.state().tasks()).hasSize(kept + 1);
    }

    private void cancel(SchedulerCore core, List<String> names) {
        core.step(
                new Input.Control(
                        s.now(), new Input.Verb.Cancel(""), new Input.Selection(names, false)));
    }

    @Test
    void requestIdsAreRememberedForADay() {
        s.submit(cpu("a")).remove("a").advance(DAY - 60_000).tick();
        assertThat(s.state().submission(new SubmissionId("request-1"))).isPresent();
        s.advance(120_000).tick().forgetTrace();
        assertThat(s.state().submission(new SubmissionId("request-1"))).isEmpty();
    }

    @Test
    void settingsAreCheckedAndTold() {
        assertThat(s.set("retry-limit", "-1").rejection().hint())
                .isEqualTo("a whole number from 0 on");
        assertThat(s.set("override-exist-tasks", "maybe").rejection().hint())
                .isEqualTo("one of: forbid, allow, rename");
        assertThat(s.set("nonsense", "1").rejection())
                .isEqualTo(new Rejection.NotFound("setting", "nonsense", ClusterSetting.keys()));
        s.forgetTrace().set("override-exist-tasks", "Allow").expect("SettingsChanged");
        s.set("override-exist-tasks", "allow").noMoreEffects();
    }
}
