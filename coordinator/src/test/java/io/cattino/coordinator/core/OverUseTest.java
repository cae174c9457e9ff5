package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.Shortage;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.placement.Never;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Attempts that use more than they were promised, and those that end for want of memory. */
class OverUseTest {
    private static final OomRetry HALF_MORE = new OomRetry(1_500);

    /** Two on one card of 24,000 MiB: {@code a} may have 4,000, {@code b} 16,000. */
    private static CoreScenario two(TaskSpec a) {
        return CoreScenario.with(Specs.gpus(1, 24_000))
                .submit(a)
                .submit(Specs.mib("b", 16_000))
                .tick()
                .runs("a")
                .runs("b")
                .forgetTrace();
    }

    private static CoreScenario two() {
        return two(Specs.mib("a", 4_000));
    }

    private static CoreScenario with(String policy) {
        return two().set("over-use", policy).forgetTrace();
    }

    @Test
    void whatTwoSamplesDifferByIsNobodysFault() {
        two().uses("n1", "a", 0, 4_000 + 480).expect().forgetTrace();
    }

    @Test
    void itIsToldOnceAndSaidWhileItRuns() {
        CoreScenario s =
                two().uses("n1", "a", 0, 4_481)
                        .expect("OverUsed a.1 0:4481")
                        .uses("n1", "a", 0, 7_000)
                        .uses("n1", "a", 0, 10)
                        .uses("n1", "a", 0, 7_500)
                        .expect();
        assertThat(s.reason("a").code().word()).isEqualTo("OverUse");
        assertThat(s.reason("a").text())
                .isEqualTo("used 4481 MiB of device 0 and had asked for 4000");
        s.failover().hello("n1", List.of(s.running("a"), s.running("b"))).forgetTrace();
        s.uses("n1", "a", 0, 7_500).expect();
        assertThat(s.reason("a").code().word()).isEqualTo("OverUse");
    }

    @Test
    void itIsKilledWhenANeighbourCouldNotHaveItsOwnAnyMore() {
        CoreScenario s =
                two().uses("n1", "b", 0, 1_000)
                        .uses("n1", "a", 0, 8_000) // 15,000 are left, and b may still take those
                        .expect("OverUsed a.1 0:8000")
                        .uses("n1", "a", 0, 8_064)
                        .expect()
                        .uses("n1", "a", 0, 8_065)
                        .expect(
                                "StopRequested a.1 OVER_USE force",
                                "-> Signal a.1 on n1 OverUse force #1")
                        .uses("n1", "a", 0, 9_000)
                        .expect();
        s.report("a", new AttemptEvent.Ended(new AttemptResult.Exited(137), 0, List.of()))
                .expect("Ended a.1 exit 137", "Finished a FAILED OverUse");
        assertThat(s.reason("a").text())
                .isEqualTo(
                        "used 8065 MiB of device 0 and had asked for 4000; 14935 MiB are left of"
                                + " the 15000 that b may still take");
    }

    @Test
    void ofSeveralTheWorstGoesFirstAndTheOthersOnlyIfThatWasNotEnough() {
        CoreScenario.with(Specs.gpus(1, 24_000))
                .submit(Specs.mib("a", 4_000), Specs.mib("b", 4_000), Specs.mib("c", 15_000))
                .tick()
                .runs("a")
                .runs("b")
                .runs("c")
                .uses("n1", "a", 0, 5_000)
                .forgetTrace()
                .uses("n1", "b", 0, 6_000)
                .expect(
                        "OverUsed b.1 0:6000",
                        "StopRequested b.1 OVER_USE force",
                        "-> Signal b.1 on n1 OverUse force #1")
                .uses("n1", "a", 0, 5_001)
                .expect()
                .exits("b", 137)
                .forgetTrace()
                .uses("n1", "a", 0, 5_002) // 18,998 are left, c may take 15,000
                .expect();
    }

    @Test
    void whoIsWarnedOnlyGoesOn() {
        with("warn").uses("n1", "a", 0, 23_000).expect("OverUsed a.1 0:23000");
    }

    @Test
    void whoIsToBeKilledHasTenSeconds() {
        with("kill")
                .uses("n1", "a", 0, 5_000)
                .expect("OverUsed a.1 0:5000")
                .pass(9_000)
                .expect()
                .uses("n1", "a", 0, 4_000) // it was a peak
                .pass(5_000)
                .uses("n1", "a", 0, 5_000)
                .pass(9_000)
                .expect()
                .pass(1_000)
                .expect("StopRequested a.1 OVER_USE", "-> Signal a.1 on n1 OverUse #1");
    }

    @Test
    void aCardThatCannotBeMeasuredAccusesNobody() {
        two().unknown("n1", 0).uses("n1", "a", 0, 23_000).expect();
    }

    @Test
    void whatIsStoppedForItIsTriedWithMoreIfThatWasSaid() {
        CoreScenario s =
                two(Specs.mib("a", 4_000).with(HALF_MORE))
                        .uses("n1", "a", 0, 9_000)
                        .forgetTrace()
                        .report(
                                "a",
                                new AttemptEvent.Ended(
                                        new AttemptResult.Exited(137),
                                        0,
                                        List.of(new DeviceShare(0, 9_000))))
                        .expect(
                                "Ended a.1 exit 137 peaked 0:9000",
                                "Requeued a OUT_OF_MEMORY in 1000",
                                "Changed a",
                                "MemoryMeasured a.1 at least 9000 on fake card");
        assertThat(s.task("a").spec().devices()).isEqualTo(Specs.mib("a", 13_500).devices());
        assertThat(s.reason("a").text()).startsWith("attempt 2 with more memory in ");
    }

    private static AttemptEvent oom(int code, Shortage shortage, DeviceShare... peaks) {
        return new AttemptEvent.Ended(
                new AttemptResult.Exited(code), 0, List.of(peaks), Optional.of(shortage), "");
    }

    private static Shortage shortage(
            long leftMib, Optional<AttemptUse> neighbour, Optional<Squatter> squatter) {
        return new Shortage(
                false,
                Optional.of(new DeviceShare(0, 4_000)),
                OptionalLong.of(leftMib),
                neighbour,
                squatter);
    }

    private static AttemptUse b(CoreScenario s, long mib) {
        return new AttemptUse(s.attempt("b"), mib);
    }

    @Test
    void whoCouldHaveHadAllThatItAskedForWantedMore() {
        CoreScenario s = two();
        s.report(
                        "a",
                        oom(
                                1,
                                shortage(8_000, Optional.of(b(s, 17_000)), Optional.empty()),
                                new DeviceShare(0, 3_900)))
                .expect(
                        "Ended a.1 out of memory by OWN, exit 1: it wanted more than the 4000 MiB of"
                                + " device 0 that it had asked for, and was seen to use 3900 peaked"
                                + " 0:3900",
                        "Finished a FAILED OutOfMemory",
                        "MemoryMeasured a.1 at least 6000 on fake card");
        assertThat(s.reason("a").text())
                .isEqualTo(
                        "exit 1: it wanted more than the 4000 MiB of device 0 that it had asked"
                                + " for, and was seen to use 3900");
        assertThat(s.reason("a").hint()).contains("--oom-retry");
    }

    @Test
    void aNeighbourThatGrewIsNamed() {
        CoreScenario s = two();
        s.report("a", oom(1, shortage(1_000, Optional.of(b(s, 23_000)), Optional.empty())))
                .expect(
                        "Ended a.1 out of memory by OTHERS, exit 1: device 0 had 1000 MiB left of"
                                + " the 4000 that it had asked for: b used 23000, 7000 more than it"
                                + " had asked for",
                        "Finished a FAILED OutOfMemory");
        assertThat(s.reason("a").hint()).isEmpty();
    }

    @Test
    void aSquatterIsNamedIfItTookMore() {
        Squatter python = new Squatter(4711, "carl", "python3", 0, 9_000);
        CoreScenario s = two();
        s.report("a", oom(1, shortage(0, Optional.of(b(s, 17_000)), Optional.of(python))))
                .expect(
                        "Ended a.1 out of memory by OTHERS, exit 1: device 0 had 0 MiB left of the"
                                + " 4000 that it had asked for: python3, PID 4711 of carl used 9000",
                        "Finished a FAILED OutOfMemory");
    }

    @Test
    void whatCannotBeToldIsNotTold() {
        CoreScenario s = two();
        s.report(
                        "a",
                        oom(
                                1,
                                new Shortage(
                                        false,
                                        Optional.of(new DeviceShare(5, 1)), // not one of its own
                                        OptionalLong.of(0),
                                        Optional.empty(),
                                        Optional.empty())))
                .expect(
                        "Ended a.1 out of memory by UNKNOWN, exit 1: it ran out of device memory;"
                                + " who had it is not known",
                        "Finished a FAILED OutOfMemory");
        s = two();
        s.report(
                        "a",
                        oom(
                                137,
                                new Shortage(
                                        true,
                                        Optional.empty(),
                                        OptionalLong.empty(),
                                        Optional.empty(),
                                        Optional.empty())))
                .expect(
                        "Ended a.1 out of memory by UNKNOWN, exit 137: the host ran out of memory,"
                                + " of which it had asked for none",
                        "Finished a FAILED OutOfMemory");
    }

    @Test
    void whoAskedForNoneIsToldToAskAndNotThatItHadAll() {
        CoreScenario s = two(Specs.cpu("a").with(HALF_MORE));
        s.report("a", oom(1, shortage(0, Optional.empty(), Optional.empty())))
                .expect(
                        "Ended a.1 out of memory by OWN, exit 1: it wanted device memory and had"
                                + " asked for none",
                        "Finished a FAILED OutOfMemory");
        assertThat(s.reason("a").text())
                .isEqualTo("exit 1: it wanted device memory and had asked for none");
        assertThat(s.reason("a").hint()).startsWith("ask for more (-M)");
    }

    @Test
    void whoSucceedsOrAsksForAnotherTryDidNotRunOutOfMemory() {
        Shortage any = shortage(0, Optional.empty(), Optional.empty());
        two().report("a", oom(0, any)).expect("Ended a.1 exit 0", "Finished a DONE");
        two().report("a", oom(100, any)).expect("Ended a.1 exit 100", "Requeued a RETRY in 1000");
    }

    @Test
    void aForgottenNeighbourIsAnotherTask() {
        AttemptUse gone = new AttemptUse(new AttemptId(new TaskId(99), 1, 1), 23_000);
        two().report("a", oom(1, shortage(1_000, Optional.of(gone), Optional.empty())))
                .expect(
                        "Ended a.1 out of memory by OTHERS, exit 1: device 0 had 1000 MiB left of"
                                + " the 4000 that it had asked for: another task used 23000, 23000"
                                + " more than it had asked for",
                        "Finished a FAILED OutOfMemory");
    }

    @Test
    void itAsksForMoreUntilADeviceHasNoMore() {
        CoreScenario s = two(Specs.mib("a", 4_000).with(HALF_MORE));
        Shortage own = shortage(24_000, Optional.empty(), Optional.empty());
        s.report("a", oom(1, own));
        assertThat(s.task("a").spec().devices()).isEqualTo(Specs.mib("a", 6_000).devices());
        s.exits("b", 0);
        for (long asked : List.of(9_000L, 13_500L, 20_250L, 24_000L)) {
            release(s, "a").pass(61_000).runs("a").report("a", oom(1, own));
            assertThat(s.task("a").spec().devices()).isEqualTo(Specs.mib("a", asked).devices());
        }
        release(s, "a").pass(61_000).runs("a").report("a", oom(1, own));
        assertThat(s.reason("a").text()).endsWith("(it had asked for all there is)");
        assertThat(s.task("a").finished()).isTrue();
    }

    private static CoreScenario release(CoreScenario s, String task) {
        AttemptId attempt = s.attempt(task);
        return s.report(s.nodeOf(attempt), attempt, new AttemptEvent.Released());
    }

    @Test
    void whoIsRemovedWhileItRunsTeachesNothingAndHarmsNobody() {
        CoreScenario s =
                CoreScenario.with(Specs.gpus(1, 24_000))
                        .submit(Specs.mib("a", 4_000))
                        .tick()
                        .runs("a")
                        .remove("a")
                        .forgetTrace();
        s.report(
                        "a",
                        new AttemptEvent.Ended(
                                new AttemptResult.Exited(137),
                                0,
                                List.of(new DeviceShare(0, 3_000))))
                .expect("Ended a.1 exit 137 peaked 0:3000", "Purged a");
    }

    @Test
    void whoWasDoneBeforeItCouldBeStoppedIsDone() {
        two().uses("n1", "b", 0, 1_000)
                .uses("n1", "a", 0, 9_000)
                .forgetTrace()
                .report("a", new AttemptEvent.Ended(new AttemptResult.Exited(0), 0, List.of()))
                .expect("Ended a.1 exit 0", "Finished a DONE");
    }

    @Test
    void whoseNodeIsLostWhileItIsStoppedIsTriedAgain() {
        two(Specs.mib("a", 4_000).with(HALF_MORE))
                .uses("n1", "a", 0, 9_000)
                .forgetTrace()
                .report(
                        "a",
                        new AttemptEvent.Ended(
                                new AttemptResult.Vanished("no trace"), 0, List.of()))
                .expect("Ended a.1 vanished", "Requeued a CRASH in 1000");
    }

    @Test
    void itAsksForNoMoreThanTheDevicesHaveThatItMayHave() {
        List<DeviceInfo> mixed =
                List.of(
                        new DeviceInfo(0, "a", "A100", "cuda", 40_000),
                        new DeviceInfo(1, "h", "H100", "cuda", 80_000));
        TaskSpec spec =
                Specs.mib("a", 30_000)
                        .with(HALF_MORE)
                        .withWhere(
                                new Where(
                                        List.of(),
                                        List.of(),
                                        List.of(new Term.Model(true, List.of("A100"))),
                                        List.of()));
        CoreScenario s =
                CoreScenario.with(Specs.inventory(mixed, 8, 8))
                        .node("big", Specs.host(64, 64))
                        .submit(spec)
                        .tick()
                        .runs("a");
        Shortage own =
                new Shortage(
                        false,
                        Optional.of(new DeviceShare(0, 30_000)),
                        OptionalLong.of(40_000),
                        Optional.empty(),
                        Optional.empty());
        s.report("a", oom(1, own));
        assertThat(s.task("a").spec().devices()).isEqualTo(Specs.mib("a", 40_000).devices());
    }

    @Test
    void aShareGrowsToTheWholeDevice() {
        CoreScenario s = two(Specs.percent("a", 15).with(HALF_MORE));
        Shortage own =
                new Shortage(
                        false,
                        Optional.of(new DeviceShare(0, 3_600)),
                        OptionalLong.of(24_000),
                        Optional.empty(),
                        Optional.empty());
        s.report("a", oom(1, own));
        assertThat(Never.describe(s.task("a").spec())).isEqualTo("1 device × 22.5 %");
    }
}
