package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.host;
import static io.cattino.coordinator.core.Specs.submission;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** on_start before the first task of a group, on_end after its last, each once. */
class GroupHooksTest {
    private final CoreScenario s = CoreScenario.with(host(8, 16));

    @Test
    void hooksRunOnceFromTheOutsideInAndBack() {
        s.submit(
                submission(cpu("o/a"), cpu("o/i/b"), cpu("o/i/c"))
                        .hooks("o", "on_start", "on_end")
                        .hooks("o/i", "on_start", "on_end"));
        s.tick();
        s.expect(
                "Submitted o/a, o/i/b, o/i/c",
                "Placed o/a.1 on n1",
                "-> Launch o/a.1 on n1 starts o");
        assertThat(s.reason("o/i/b").code()).isEqualTo(ReasonCode.GROUP_START);
        assertThat(s.reason("o/i/b").text()).isEqualTo("on_start of o runs");
        s.runs("o/a").tick();
        s.expect(
                "Started o/a.1 pid 4711",
                "Placed o/i/b.1 on n1",
                "-> Launch o/i/b.1 on n1 starts o/i");
        s.runs("o/i/b").tick();
        s.expect("Started o/i/b.1 pid 4711", "Placed o/i/c.1 on n1", "-> Launch o/i/c.1 on n1");
        s.runs("o/i/c").exits("o/a", 0).exits("o/i/b", 1).forgetTrace();
        s.exits("o/i/c", 0).tick();
        s.expect(
                "Ended o/i/c.1 exit 0",
                "Finished o/i/c DONE",
                "GroupEnding o/i on n1",
                "Released o/i/c.1",
                "-> Forget o/i/c.1 on n1",
                "Placed o/i/@on_end.1 on n1",
                "-> Launch o/i/@on_end.1 on n1");
        s.runs("o/i/@on_end").forgetTrace();
        s.exits("o/i/@on_end", 0).tick();
        s.expect(
                "Ended o/i/@on_end.1 exit 0",
                "Finished o/i/@on_end DONE",
                "GroupEnding o on n1",
                "Released o/i/@on_end.1",
                "-> Forget o/i/@on_end.1 on n1",
                "Placed o/@on_end.1 on n1",
                "-> Launch o/@on_end.1 on n1");
        s.runs("o/@on_end").exits("o/@on_end", 0).forgetTrace().pass(5_000).expect();
    }

    @Test
    void failingOnStartFailsTheGroup() {
        s.submit(submission(cpu("g/a"), cpu("g/b"), cpu("x")).hooks("g", "on_start", "on_end"));
        s.tick().runs("x").forgetTrace();
        s.ended("g/a", hookFailed());
        s.expect(
                "Ended g/a.1 GroupHookFailed",
                "Finished g/a FAILED HookFailed",
                "Finished g/b FAILED HookFailed");
        assertThat(s.status("x")).isEqualTo("Running");
    }

    @Test
    void failingOnStartFailsTheGroupThoughItsTaskIsRemoved() {
        s.submit(submission(cpu("g/a"), cpu("g/b")).hooks("g", "on_start")).tick();
        s.remove("g/a").forgetTrace();
        s.ended("g/a", hookFailed());
        assertThat(s.trace()).contains("Finished g/b FAILED HookFailed");
        assertThat(s.tick().status("g/b")).isEqualTo("Failed HookFailed");
    }

    @Test
    void failingOnStartOfAnInnerGroupFailsThatAlone() {
        nested();
        s.report("o/i/a", new AttemptEvent.Ended(hookFailed(), 1, List.of()));
        s.report("o/i/a", new AttemptEvent.Released()).tick();
        s.expect(
                "Ended o/i/a.1 GroupHookFailed started 1",
                "Finished o/i/a FAILED HookFailed",
                "Finished o/i/b FAILED HookFailed",
                "Released o/i/a.1",
                "-> Forget o/i/a.1 on n1",
                "Placed o/c.1 on n1",
                "-> Launch o/c.1 on n1");
        s.runs("o/c").forgetTrace();
        s.exits("o/c", 0).tick();
        s.expect(
                "Ended o/c.1 exit 0",
                "Finished o/c DONE",
                "GroupEnding o on n1",
                "Released o/c.1",
                "-> Forget o/c.1 on n1",
                "Placed o/@on_end.1 on n1",
                "-> Launch o/@on_end.1 on n1");
    }

    @Test
    void onStartThatFailedRunsAgainWithoutThoseAroundItThatDidNot() {
        nested();
        s.report("o/i/a", new AttemptEvent.Ended(hookFailed(), 1, List.of()));
        s.report("o/i/a", new AttemptEvent.Released()).forgetTrace();
        s.rerun("o/i/a").tick();
        s.expect(
                "Resumed o/i/a",
                "Placed o/i/a.2 on n1",
                "Placed o/c.1 on n1",
                "-> Launch o/i/a.2 on n1 starts o/i",
                "-> Launch o/c.1 on n1");
    }

    @Test
    void onStartThatIsOverIsNotRunAgain() {
        nested();
        s.cancel("o/i/a").failover().hello("n1", List.of(unstarted("o/i/a"))).beat().forgetTrace();
        s.report("o/i/a", new AttemptEvent.Ended(new AttemptResult.Exited(143), 1, List.of()));
        s.failover().hello("n1", List.of()).beat().tick();
        assertThat(s.trace())
                .containsSubsequence(
                        "Ended o/i/a.1 exit 143 started 1",
                        "Finished o/i/a CANCELLED Cancelled",
                        "Placed o/i/b.1 on n1",
                        "Placed o/c.1 on n1",
                        "-> Launch o/i/b.1 on n1 starts o/i",
                        "-> Launch o/c.1 on n1");
    }

    @Test
    void groupThatHasStartedEndsThoughNoTaskOfItDid() {
        nested();
        s.cancel("o").forgetTrace();
        s.report("o/i/a", new AttemptEvent.Ended(new AttemptResult.Exited(137), 1, List.of()))
                .tick();
        s.expect(
                "Ended o/i/a.1 exit 137 started 1",
                "Finished o/i/a CANCELLED Cancelled",
                "GroupEnding o on n1",
                "Placed o/@on_end.1 on n1",
                "-> Launch o/@on_end.1 on n1");
    }

    @Test
    void noMoreGroupsHaveStartedThanTheAttemptWasToStart() {
        nested();
        s.report("o/i/a", new AttemptEvent.Ended(new AttemptResult.Vanished("gone"), 7, List.of()))
                .tick();
        s.expect(
                "Ended o/i/a.1 vanished started 2",
                "Requeued o/i/a CRASH in 1000",
                "Placed o/i/b.1 on n1",
                "Placed o/c.1 on n1",
                "-> Launch o/i/b.1 on n1",
                "-> Launch o/c.1 on n1");
        s.report("o/c", new AttemptEvent.Ended(hookFailed(), 7, List.of()));
        s.expect("Ended o/c.1 GroupHookFailed", "Finished o/c FAILED HookFailed");
    }

    @Test
    void oneOfTheGroupsFailedThoughAllAreSaidToHaveStarted() {
        nested();
        s.report("o/i/a", new AttemptEvent.Ended(hookFailed(), 2, List.of()));
        s.expect(
                "Ended o/i/a.1 GroupHookFailed started 1",
                "Finished o/i/a FAILED HookFailed",
                "Finished o/i/b FAILED HookFailed");
    }

    @Test
    void outermostOnStartThatFailsFailsAllInIt() {
        nested();
        s.report("o/i/a", new AttemptEvent.Ended(hookFailed(), -1, List.of())).tick();
        s.expect(
                "Ended o/i/a.1 GroupHookFailed",
                "Finished o/i/a FAILED HookFailed",
                "Finished o/i/b FAILED HookFailed",
                "Finished o/c FAILED HookFailed");
    }

    private void nested() {
        s.submit(
                submission(cpu("o/i/a"), cpu("o/i/b"), cpu("o/c"))
                        .hooks("o", "on_start", "on_end")
                        .hooks("o/i", "on_start", "on_end"));
        s.tick();
        s.expect(
                "Submitted o/i/a, o/i/b, o/c",
                "Placed o/i/a.1 on n1",
                "-> Launch o/i/a.1 on n1 starts o starts o/i");
    }

    private Input.RunningAttempt unstarted(String task) {
        return new Input.RunningAttempt(s.attempt(task), 0, 0, List.of());
    }

    @Test
    void whatRunsAgainOrWaitsForAGroupIsNotItsEnd() {
        s.submit(submission(cpu("g/a")).hooks("g", "on_end")).tick().runs("g/a").exits("g/a", 0);
        s.tick().runs("g/@on_end").exits("g/@on_end", 1).forgetTrace();
        s.rerun("g").expect("Resumed g/a");
        s.submit(submission(cpu("x")).edges(Specs.edge("g", "x"))).tick().forgetTrace();
        s.runs("g/a").exits("g/a", 0).tick();
        assertThat(s.trace()).contains("Placed x.1 on n1").doesNotContain("GroupEnding g on n1");
        s.rerun("g/@on_end");
        assertThat(s.trace()).contains("Resumed g/@on_end");
    }

    @Test
    void onStartRunsAgainWhereItsNodeDidNotGetToIt() {
        s.submit(submission(cpu("g/a"), cpu("g/b")).hooks("g", "on_start")).tick().forgetTrace();
        s.ended("g/a", new AttemptResult.NotStarted("disk full"));
        s.report("g/a", new AttemptEvent.Released()).tick();
        s.expect(
                "Ended g/a.1 not started",
                "Requeued g/a INFRASTRUCTURE in 1000",
                "Released g/a.1",
                "-> Forget g/a.1 on n1",
                "Placed g/b.1 on n1",
                "-> Launch g/b.1 on n1 starts g");
    }

    @Test
    void onEndRunsThoughWhatIsLeftCannotStart() {
        s.submit(
                        submission(cpu("g/a"), cpu("g/b"))
                                .edges(Specs.edge("g/a", "g/b"))
                                .hooks("g", "on_end"))
                .tick()
                .runs("g/a")
                .forgetTrace();
        s.exits("g/a", 1).tick();
        s.expect(
                "Ended g/a.1 exit 1",
                "Finished g/a FAILED ExitCode",
                "GroupEnding g on n1",
                "Released g/a.1",
                "-> Forget g/a.1 on n1",
                "Placed g/@on_end.1 on n1",
                "-> Launch g/@on_end.1 on n1");
    }

    @Test
    void onEndRunsThoughWhatRanIsForgotten() {
        s.submit(submission(cpu("g/a"), cpu("g/b")).held(1).hooks("g", "on_end")).tick();
        s.runs("g/a").exits("g/a", 0).remove("g/a").forgetTrace();
        s.cancel("g/b").tick();
        s.expect(
                "Finished g/b CANCELLED Cancelled",
                "GroupEnding g on any",
                "Placed g/@on_end.1 on n1",
                "-> Launch g/@on_end.1 on n1");
    }

    @Test
    void groupOfWhichNothingStartedHasNoEnd() {
        s.submit(submission(cpu("g/a")).hooks("g", "on_end"));
        s.cancel("g/a").tick();
        s.expect("Submitted g/a", "Finished g/a CANCELLED Cancelled");
    }

    @Test
    void phasesOutliveTheLeader() {
        s.submit(submission(cpu("g/a"), cpu("g/b")).hooks("g", "on_start", "on_end")).tick();
        s.failover().tick();
        assertThat(s.reason("g/b").code()).isEqualTo(ReasonCode.GROUP_START);
        s.hello("n1", List.of(s.running("g/a"))).beat().tick();
        s.failover().hello("n1", List.of(s.running("g/a"), s.running("g/b"))).beat().tick();
        s.exits("g/a", 0).forgetTrace().exits("g/b", 0);
        s.expect(
                "Ended g/b.1 exit 0",
                "Finished g/b DONE",
                "GroupEnding g on n1",
                "Released g/b.1",
                "-> Forget g/b.1 on n1");
        s.failover().hello("n1", List.of()).beat().tick();
        assertThat(s.trace()).contains("-> Launch g/@on_end.1 on n1");
    }

    @Test
    void onEndRunsWhereTheLastTaskEnded() {
        twoNodes();
        String last = nodeOf("g/b");
        s.exits("g/a", 0).advance(1).exits("g/b", 0).tick();
        assertThat(nodeOf("g/@on_end")).isEqualTo(last);
    }

    @Test
    void onEndRunsElsewhereWhereThatNodeDrains() {
        twoNodes();
        String last = nodeOf("g/b");
        s.exits("g/a", 0).advance(1).exits("g/b", 0).drain(last).tick();
        assertThat(nodeOf("g/@on_end")).isNotEqualTo(last);
    }

    @Test
    void onEndThatWaitsForItsNodeKeepsNobodyElse() {
        s.node("n2", host(8, 1)).drain("n1");
        s.submit(submission(cpu("g/a")).hooks("g", "on_end")).tick().runs("g/a");
        s.step(at -> new Input.UndrainNode(at, "n1")).submit(cpu("x"));
        s.ended("g/a", new AttemptResult.Exited(0)).forgetTrace();
        s.tick().expect("Placed x.1 on n1", "-> Launch x.1 on n1");
        s.report("g/a", new AttemptEvent.Released()).forgetTrace();
        s.tick().expect("Placed g/@on_end.1 on n2", "-> Launch g/@on_end.1 on n2");
    }

    @Test
    void onEndRunsElsewhereWhereThatNodeIsGone() {
        twoNodes();
        String last = nodeOf("g/b");
        s.exits("g/a", 0).advance(1).exits("g/b", 0).gone(last).tick();
        assertThat(nodeOf("g/@on_end")).isNotEqualTo(last);
    }

    private void twoNodes() {
        s.node("n2", host(8, 16));
        s.submit(submission(Specs.cores("g/a", 8), Specs.cores("g/b", 8)).hooks("g", "on_end"));
        s.tick().runs("g/a").runs("g/b").forgetTrace();
        assertThat(nodeOf("g/a")).isNotEqualTo(nodeOf("g/b"));
    }

    private String nodeOf(String task) {
        return s.nodeOf(s.attempt(task)).value().substring("id-".length());
    }

    private static AttemptResult hookFailed() {
        return new AttemptResult.LaunchFailed(
                ReasonCode.GROUP_HOOK_FAILED, "on_start of g: ValueError: no", "", 126);
    }

    @Test
    void noTaskIsRenamedToTheFileInWhichTheHooksPrint() {
        s.submit(submission(cpu("g/a"), cpu("h/a")).hooks("g", "on_end")).forgetTrace();
        s.set("g/a", new Input.Attribute.Name("hooks.log")).expect();
        assertThat(s.rejection())
                .isEqualTo(
                        new Rejection.Invalid(
                                "name",
                                "'g/hooks.log' is the file for what hooks of the group print",
                                "choose another name"));
        s.set("h/a", new Input.Attribute.Name("hooks.log")).expect("Changed h/a");
    }
}
