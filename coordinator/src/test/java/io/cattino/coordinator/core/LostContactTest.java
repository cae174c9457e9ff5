package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.gpus;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Time;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of attempts whose node stays out of contact (law 6, F24 to F27, F57). */
class LostContactTest {
    private static final LossPolicy REQUEUE = new LossPolicy(OnDisconnect.REQUEUE, 20_000);
    private static final LossPolicy FAIL = new LossPolicy(OnDisconnect.FAIL, 20_000);
    private static final LossPolicy WAIT = new LossPolicy(OnDisconnect.WAIT, 20_000);

    private final CoreScenario s = CoreScenario.with(gpus(2, 24_000));

    private CoreScenario running(LossPolicy policy) {
        return s.submit(cpu("a").with(policy)).tick().runs("a").forgetTrace();
    }

    /** Of every node, for so long. */
    private CoreScenario silence(long millis) {
        for (long left = millis; left > 0; left -= 1_000) {
            s.advance(Math.min(left, 1_000)).tick();
        }
        return s;
    }

    private NodeHealth health() {
        return s.core().health(s.agent("n1").id());
    }

    @Test
    void anAttemptIsReplacedAfterItsOwnTimeAndNotAMomentBefore() {
        s.submit(cpu("a").with(REQUEUE)).tick();
        s.expect(
                "Submitted a",
                "Placed a.1 on n1 lost after 20000",
                "-> Launch a.1 on n1 lost after 20000");
        s.runs("a").forgetTrace();
        silence(19_999).noMoreEffects();
        silence(1).expect("Ended a.1 lost", "Requeued a CRASH in 1000");
        assertThat(s.task("a").attempts().getLast().end().orElseThrow().result())
                .isEqualTo(new AttemptResult.Lost("node n1 was out of contact for 20 s"));
        s.node("n2", gpus(1, 24_000)).advance(1_000).sample(s.agent("n2")).forgetTrace();
        s.tick()
                .expect(
                        "Placed a.2 on n2 lost after 20000",
                        "-> Launch a.2 on n2 lost after 20000");
    }

    @Test
    void theFenceFiresATenthButAtLeastFiveSecondsEarlier() {
        assertThat(new ContactLoss(300_000, false).fenceAfterMs()).isEqualTo(270_000);
        assertThat(new ContactLoss(15_000, false).fenceAfterMs()).isEqualTo(10_000);
    }

    @Test
    void whatItHeldStaysWithheldUntilTheNodeIsBackAndShowsItFree() {
        running(REQUEUE);
        var attempt = s.attempt("a");
        silence(20_000);
        assertThat(s.state().allocation(attempt)).isPresent();
        s.forgetTrace().hello("n1", List.of()).expect("Released a.1");
    }

    @Test
    void anAttemptThatStillRunsWhenItsNodeIsBackIsKilled() {
        running(REQUEUE);
        var before = s.running("a");
        silence(20_000).forgetTrace();
        s.hello("n1", List.of(before)).expect("-> Kill a.1 on n1");
    }

    @Test
    void theResultOfAnAttemptThatWasGivenUpIsRefused() {
        running(REQUEUE);
        var attempt = s.attempt("a");
        silence(20_000).forgetTrace();
        var ended = new Input.AttemptEvent.Ended(new AttemptResult.Exited(0), 0, List.of());
        s.hello("n1", List.of(s.running("a")), s.reportOf(attempt, ended));
        s.expect("-> Kill a.1 on n1");
        assertThat(s.task("a").finished()).isFalse();
        s.report(s.agent("n1").id(), attempt, new Input.AttemptEvent.Released());
        s.expect("Released a.1", "-> Forget a.1 on n1");
    }

    @Test
    void whoWaitsIsNeverGivenUp() {
        running(WAIT);
        silence(4_000_000).noMoreEffects();
        assertThat(s.reason("a").code()).isEqualTo(ReasonCode.NODE_UNREACHABLE);
    }

    @Test
    void whoIsToFailFails() {
        running(FAIL);
        silence(20_000).expect("Ended a.1 lost", "Finished a FAILED NodeLost");
    }

    @Test
    void whoIsToFailFailsAlsoWhenItsNodeWasRebooted() {
        running(FAIL).gone("n1").forgetTrace();
        var id = s.agent("n1").identity;
        s.hello(
                new io.cattino.coordinator.core.model.NodeIdentity(
                        id.id(), id.machineId(), "boot-2", "n1"),
                "n1",
                List.of());
        s.expect(
                "NodeRegistered n1",
                "Ended a.1 lost",
                "Finished a FAILED NodeLost",
                "Released a.1");
    }

    @Test
    void aTaskBeingCancelledIsCancelledOnlyWhenItsNodeIsGivenUp() {
        running(REQUEUE).cancel("a").forgetTrace();
        silence(19_000).noMoreEffects();
        silence(1_000).expect("Ended a.1 lost", "Finished a CANCELLED Cancelled");
    }

    @Test
    void oneCoordinatorAloneGivesNobodyUp() {
        s.submit(cpu("a")).tick().runs("a").forgetTrace();
        silence(1_000_000).noMoreEffects();
    }

    @Test
    void withSeveralCoordinatorsTheFarmsDefaultIsToReplaceAfterFiveMinutes() {
        s.withStandbys().submit(cpu("a")).tick();
        s.expect(
                "Submitted a",
                "Placed a.1 on n1 lost after 300000",
                "-> Launch a.1 on n1 lost after 300000");
    }

    @Test
    void theFarmsSettingHoldsForTasksThatDoNotSay() {
        s.set("on-disconnect", "fail").set("lost-after", "1m").submit(cpu("a")).tick();
        s.expect(
                "SettingsChanged",
                "SettingsChanged",
                "Submitted a",
                "Placed a.1 on n1 fails after 60000",
                "-> Launch a.1 on n1 fails after 60000");
        s.set("on-disconnect", "default").set("lost-after", "14").set("lost-after", "31d");
        s.set("lost-after", "m").set("lost-after", "").noMoreEffects();
        s.set("lost-after", "30d").expect("SettingsChanged");
    }

    @Test
    void aNewLeaderGivesEveryNodeAllTheTimeThereIs() {
        running(REQUEUE);
        silence(15_000).failover().forgetTrace();
        silence(19_999).noMoreEffects();
        silence(1).expect("Ended a.1 lost", "Requeued a CRASH in 1000");
    }

    @Test
    void whoSaidGoodbyeIsWaitedForAsLongAsItSaid() {
        running(REQUEUE);
        long generation = s.agent("n1").generation;
        s.step(at -> new Input.AgentGoodbye(at, s.agent("n1").id(), generation, 600_000));
        s.expect("NodeAway n1 for 600000");
        assertThat(s.reply()).isEqualTo(new Reply.Away(600_000));
        s.gone("n1").failover().forgetTrace();
        silence(619_999).noMoreEffects();
        silence(1).expect("Ended a.1 lost", "Requeued a CRASH in 1000");
    }

    /** The lease of its goodbye is longer than that of its next hello. */
    @Test
    void whoIsBackEarlierThanItSaidIsStillWaitedForAsLong() {
        running(REQUEUE);
        var running = s.running("a");
        long generation = s.agent("n1").generation;
        s.step(at -> new Input.AgentGoodbye(at, s.agent("n1").id(), generation, 300_000));
        s.gone("n1").advance(5_000).hello("n1", List.of(running)).gone("n1").forgetTrace();
        assertThat(health()).isEqualTo(NodeHealth.SUSPECT);
        silence(314_999).noMoreEffects();
        silence(1).expect("Ended a.1 lost", "Requeued a CRASH in 1000");
    }

    /** Its fence goes by the longest that was acknowledged. */
    @Test
    void aSecondGoodbyeDoesNotShortenTheFirst() {
        running(REQUEUE);
        long generation = s.agent("n1").generation;
        s.step(at -> new Input.AgentGoodbye(at, s.agent("n1").id(), generation, 300_000));
        s.step(at -> new Input.AgentGoodbye(at, s.agent("n1").id(), generation, 10_000));
        s.expect("NodeAway n1 for 300000", "NodeAway n1 for 300000");
        assertThat(s.reply()).isEqualTo(new Reply.Away(10_000));
        silence(319_999).noMoreEffects();
        silence(1).expect("Ended a.1 lost", "Requeued a CRASH in 1000");
    }

    /** Until then agents may have been told that nobody leads, and their fences wait. */
    @Test
    void nobodyIsGivenUpBeforeAgentsAreLetIn() {
        running(REQUEUE);
        SchedulerCore next = new SchedulerCore(ClusterState.of(s.state().image()), "/runs");
        Time later = new Time(s.now().monoMs() + 3_600_000, s.now().wallMs());
        next.step(new Input.Activated(later, 9, "test:1"));
        assertThat(next.step(new Input.Tick(later)).facts()).isEmpty();
        next.step(new Input.Serving(later));
        Time lost = new Time(later.monoMs() + 20_000, later.wallMs());
        assertThat(next.step(new Input.Tick(lost)).facts()).hasSize(2);
    }

    @Test
    void nobodyIsGivenUpWhileFencesAreHeld() {
        running(REQUEUE).step(at -> new Input.HoldFences(at, 100_000));
        s.step(at -> new Input.HoldFences(at, 50_000)).expect("FenceHoldSet for 100000");
        assertThat(s.reply()).isEqualTo(new Reply.FencesHeld(100_000));
        s.sample(s.agent("n1"));
        assertThat(s.reply()).isEqualTo(new Reply.FencesHeld(100_000));
        silence(119_999).noMoreEffects();
        silence(1).expect("Ended a.1 lost", "Requeued a CRASH in 1000");
    }

    @Test
    void healthTellsHowLongANodeIsSilent() {
        assertThat(health()).isEqualTo(NodeHealth.READY);
        silence(299_999);
        assertThat(health()).isEqualTo(NodeHealth.UNREACHABLE);
        silence(1);
        assertThat(health()).isEqualTo(NodeHealth.LOST);
        s.failover();
        assertThat(health()).isEqualTo(NodeHealth.UNKNOWN);
    }

    @Test
    void aNodeInTroubleTakesNoTasks() {
        s.agent("n1").troubles.add(NodeTrouble.DISK_FULL);
        s.beat().submit(cpu("a")).tick();
        assertThat(s.reason("a"))
                .isEqualTo(new Reason(ReasonCode.NODES_DOWN, "n1: its disk is full", "meow nodes"));
        s.agent("n1").troubles.clear();
        s.beat().forgetTrace().tick().expect("Placed a.1 on n1", "-> Launch a.1 on n1");
    }
}
