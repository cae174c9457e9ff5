package io.cattino.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AgentCoreTest {

    private static final AttemptId ID = new AttemptId(7, 1, 1);
    private static final Course COURSE = new Course(2, List.of(new DevicePeak(1, 480)));

    private final AgentCore core = new AgentCore(AgentLimits.DEFAULTS, 4, 100);
    private long now = 1_000;

    private List<AgentEffect> when(Function<Moment, AgentInput> input) {
        now++;
        return core.step(input.apply(new Moment(now, now)));
    }

    private List<AgentEffect> connect(long generation, long epoch) {
        when(AgentInput.HelloMade::new);
        return when(at -> new AgentInput.Connected(at, generation, epoch));
    }

    private List<AgentEffect> launch(long generation, long epoch) {
        return when(at -> new AgentInput.Launch(at, generation, epoch, ID, List.of(), 1_000));
    }

    private void runToEnd() {
        launch(1, 5);
        when(at -> new AgentInput.Spawned(at, ID));
        when(at -> new AgentInput.ProcessStarted(at, ID, 42, 1));
        when(at ->
                new AgentInput.ProcessEnded(at, ID, new AttemptResult.Exited(3), 2, Course.NONE));
        when(at -> new AgentInput.LeftoversCounted(at, ID, 0));
    }

    private static Course course(RandomGenerator random) {
        return random.nextBoolean() ? COURSE : new Course(random.nextInt(3), List.of());
    }

    @Test
    void keepsANewEpochBeforeAnythingElse() {
        assertThat(connect(1, 5)).containsExactly(new AgentEffect.PersistEpoch(5));
        assertThat(connect(2, 5)).isEmpty();
        assertThat(core.highestEpoch()).isEqualTo(5);
    }

    @Test
    void breaksTheStreamOfASupersededLeader() {
        assertThat(connect(1, 3))
                .singleElement()
                .isInstanceOfSatisfying(
                        AgentEffect.DropSession.class,
                        drop -> assertThat(drop.why()).contains("epoch 3").contains("epoch 4"));
        assertThat(launch(1, 3)).isEmpty();
        assertThat(launch(1, 4)).isEmpty();
    }

    @Test
    void obeysNothingFromBeforeAFreeze() {
        connect(1, 5);
        assertThat(when(at -> new AgentInput.Frozen(at, 300_000)))
                .containsExactly(new AgentEffect.DropSession(1, "this agent was frozen for 300 s"));
        assertThat(launch(1, 5)).isEmpty();
        assertThat(when(at -> new AgentInput.Frozen(at, 300_000))).isEmpty();
        when(at -> new AgentInput.Disconnected(at, 1));
        assertThat(launch(1, 5)).isEmpty();
        connect(2, 5);
        assertThat(launch(2, 5)).containsExactly(new AgentEffect.Spawn(ID));
    }

    @Test
    void obeysOnlyTheCurrentStreamAndTheHighestEpoch() {
        assertThat(launch(0, 4)).as("before a welcome").isEmpty();
        connect(2, 5);
        assertThat(launch(1, 5)).as("older generation").isEmpty();
        assertThat(launch(3, 5)).as("unknown generation").isEmpty();
        assertThat(launch(2, 4)).as("older epoch").isEmpty();
        when(at -> new AgentInput.Disconnected(at, 1));
        assertThat(launch(2, 5)).containsExactly(new AgentEffect.Spawn(ID));
        when(at -> new AgentInput.Disconnected(at, 2));
        assertThat(when(at -> new AgentInput.Signal(at, 2, 5, ID, 1, SignalKind.TERM, "Killed")))
                .as("after the stream")
                .isEmpty();
    }

    @Test
    void owesEveryReportUntilItIsAcknowledged() {
        connect(1, 5);
        runToEnd();
        assertThat(core.unacknowledged())
                .extracting(Report::sequence)
                .containsExactly(100L, 101L, 102L);
        when(at -> new AgentInput.ReportAcked(at, 1, 5, List.of(101L, 999L)));
        assertThat(core.unacknowledged()).extracting(Report::sequence).containsExactly(100L, 102L);
    }

    private List<AgentEffect> leftovers(int alive, Optional<String> withheld) {
        return when(at -> new AgentInput.LeftoversCounted(at, ID, alive, withheld));
    }

    @Test
    void withholdsADeviceUntilItsDriverShowsItFree() {
        connect(1, 5);
        launch(1, 5);
        when(at -> new AgentInput.Spawned(at, ID));
        when(at -> new AgentInput.ProcessStarted(at, ID, 42, 1));
        when(at ->
                new AgentInput.ProcessEnded(at, ID, new AttemptResult.Exited(0), 2, Course.NONE));
        Optional<String> shown = Optional.of("Device 0 still shows 9 MiB.");
        assertThat(report(leftovers(0, shown))).isInstanceOf(Report.Event.Ended.class);
        now += 29_000;
        assertThat(leftovers(0, shown)).as("it may still tear down").isEmpty();
        now += 1_000;
        assertThat(report(leftovers(0, shown)))
                .isEqualTo(new Report.Event.Stranded("Device 0 still shows 9 MiB."));
        assertThat(leftovers(0, shown)).as("told once").isEmpty();
        assertThat(core.attempt(ID).orElseThrow().isReleased()).isFalse();
        assertThat(report(leftovers(0, Optional.empty()))).isEqualTo(new Report.Event.Released());
        assertThat(core.attempt(ID).orElseThrow().isReleased()).isTrue();
    }

    @Test
    void anEndThatNobodySawIsToldAlthoughADeviceIsWithheld() {
        connect(1, 5);
        launch(1, 5);
        when(at -> new AgentInput.Spawned(at, ID));
        when(at -> new AgentInput.ProcessStarted(at, ID, 42, 1));
        when(at -> new AgentInput.SupervisorGone(at, ID, true, false, Course.NONE));
        Optional<String> unknown = Optional.of("Device 0 cannot be measured.");
        assertThat(report(leftovers(0, unknown)))
                .isInstanceOfSatisfying(
                        Report.Event.Ended.class,
                        ended ->
                                assertThat(ended.end().result())
                                        .isInstanceOf(AttemptResult.Vanished.class));
    }

    private static Report.Event report(List<AgentEffect> effects) {
        List<Report.Event> events =
                effects.stream()
                        .filter(AgentEffect.Send.class::isInstance)
                        .map(effect -> ((AgentEffect.Send) effect).report().event())
                        .toList();
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    @Test
    void sendsAfterTheWelcomeWhatTheHelloDidNotHold() {
        connect(1, 5);
        launch(1, 5);
        when(at -> new AgentInput.Spawned(at, ID));
        when(at -> new AgentInput.Disconnected(at, 1));
        assertThat(when(at -> new AgentInput.ProcessStarted(at, ID, 42, 1)))
                .as("nobody to tell")
                .isEmpty();
        when(AgentInput.HelloMade::new);
        assertThat(
                        when(at ->
                                new AgentInput.ProcessEnded(
                                        at, ID, new AttemptResult.Exited(0), 2, Course.NONE)))
                .containsExactly(new AgentEffect.CheckLeftovers(ID));
        when(at -> new AgentInput.LeftoversCounted(at, ID, 0));
        assertThat(when(at -> new AgentInput.Connected(at, 2, 5)))
                .hasSize(2)
                .allSatisfy(effect -> assertThat(effect).isInstanceOf(AgentEffect.Send.class))
                .extracting(effect -> ((AgentEffect.Send) effect).report().sequence())
                .containsExactly(101L, 102L);
    }

    @Test
    void takesOverWhatAnEarlierAgentLeft() {
        AttemptId exited = new AttemptId(1, 1, 1);
        AttemptId ordered = new AttemptId(2, 1, 1);
        AttemptId buried = new AttemptId(3, 1, 1);
        AttemptId gone = new AttemptId(4, 1, 1);
        End end = new End(new AttemptResult.Exited(3), 77, 2, COURSE);
        List<DevicePromise> devices = List.of(new DevicePromise(1, 500));
        when(at -> new AgentInput.Recovered(at, ID, devices, 9, new AgentInput.Found.Alive()));
        assertThat(core.attempt(ID).orElseThrow().devices()).isEqualTo(devices);
        assertThat(
                        when(at ->
                                new AgentInput.Recovered(
                                        at, exited, devices, 9, new AgentInput.Found.Decided(end))))
                .containsExactly(new AgentEffect.CheckLeftovers(exited));
        assertThat(when(at -> new AgentInput.LeftoversCounted(at, exited, 0)))
                .containsExactly(new AgentEffect.PersistEnd(exited, end));
        assertThat(
                        when(at ->
                                new AgentInput.Recovered(
                                        at, ordered, devices, 9, new AgentInput.Found.Ordered())))
                .containsExactly(new AgentEffect.ClaimStarted(ordered));
        when(at ->
                new AgentInput.Recovered(
                        at, buried, devices, 9, new AgentInput.Found.Buried(end, 1_000_000)));
        assertThat(
                        when(at ->
                                new AgentInput.Recovered(
                                        at,
                                        gone,
                                        devices,
                                        9,
                                        new AgentInput.Found.Gone(true, COURSE))))
                .containsExactly(new AgentEffect.CheckLeftovers(gone));
        when(at -> new AgentInput.LeftoversCounted(at, gone, 0));
        assertThat(core.attempt(gone).orElseThrow().phase())
                .isInstanceOfSatisfying(
                        Phase.Ended.class,
                        ended ->
                                assertThat(ended.end())
                                        .isEqualTo(
                                                new End(
                                                        new AttemptResult.Exited(137),
                                                        now - 1,
                                                        0,
                                                        COURSE)));
        connect(1, 5);
        assertThat(when(at -> new AgentInput.Launch(at, 1, 5, buried, devices, 1_000)))
                .hasSize(2)
                .noneMatch(AgentEffect.Spawn.class::isInstance);
    }

    @Test
    void countsACallToStopOncePerNumber() {
        connect(1, 5);
        launch(1, 5);
        when(at -> new AgentInput.Spawned(at, ID));
        when(at -> new AgentInput.ProcessStarted(at, ID, 42, 1));
        assertThat(when(at -> new AgentInput.Signal(at, 1, 5, ID, 1, SignalKind.TERM, "Killed")))
                .containsExactly(
                        new AgentEffect.NoteStop(ID, "Killed"),
                        new AgentEffect.SignalSession(ID, SignalKind.TERM));
        assertThat(when(at -> new AgentInput.Signal(at, 1, 5, ID, 1, SignalKind.KILL, "Killed")))
                .isEmpty();
        assertThat(when(at -> new AgentInput.Signal(at, 1, 5, ID, 2, SignalKind.KILL, "Killed")))
                .containsExactly(
                        new AgentEffect.NoteStop(ID, "Killed"),
                        new AgentEffect.WriteStopMark(ID),
                        new AgentEffect.SignalSession(ID, SignalKind.KILL));
    }

    @Test
    void neverThrowsAndNeverSpawnsTwiceWhateverComes() {
        for (int seed = 0; seed < 300; seed++) {
            RandomGenerator random = new java.util.Random(seed);
            AgentCore victim = new AgentCore(AgentLimits.DEFAULTS, 1, 1);
            List<AgentEffect> all = new ArrayList<>();
            long time = 0;
            for (int i = 0; i < 200; i++) {
                time += random.nextInt(20_000);
                all.addAll(victim.step(randomInput(random, new Moment(time, time))));
            }
            for (long task = 1; task <= 3; task++) {
                AttemptId id = new AttemptId(task, 1, 1);
                assertThat(all.stream().filter(new AgentEffect.Spawn(id)::equals).count())
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(1);
                long ends =
                        all.stream()
                                .filter(AgentEffect.PersistEnd.class::isInstance)
                                .map(AgentEffect.PersistEnd.class::cast)
                                .filter(persist -> persist.id().equals(id))
                                .count();
                assertThat(ends).as("ends, seed %d", seed).isLessThanOrEqualTo(1);
            }
        }
    }

    private void runsOn(int device) {
        connect(1, 5);
        List<DevicePromise> devices = List.of(new DevicePromise(device, 100));
        when(at -> new AgentInput.Launch(at, 1, 5, ID, devices, 1_000));
        when(at -> new AgentInput.Spawned(at, ID));
        when(at -> new AgentInput.ProcessStarted(at, ID, 42, 1));
    }

    private AttemptResult endsWith(int code) {
        when(at ->
                new AgentInput.ProcessEnded(
                        at, ID, new AttemptResult.Exited(code), now, Course.NONE));
        when(at -> new AgentInput.LeftoversCounted(at, ID, 0));
        return ((Phase.Ended) core.attempt(ID).orElseThrow().phase()).end().result();
    }

    @Test
    void killsWhatRunsOnADeviceThatFailed() {
        runsOn(3);
        assertThat(when(at -> new AgentInput.DeviceFailed(at, 2, "Xid 13 on GPU 2", true)))
                .isEmpty();
        assertThat(when(at -> new AgentInput.DeviceFailed(at, 3, "Xid 13 on GPU 3", true)))
                .containsExactly(
                        new AgentEffect.WriteStopMark(ID),
                        new AgentEffect.SignalSession(ID, SignalKind.KILL));
        assertThat(endsWith(137)).isEqualTo(new AttemptResult.Vanished("Xid 13 on GPU 3"));
    }

    @Test
    void namesInTheEndWhatHappenedToADevice() {
        runsOn(3);
        assertThat(when(at -> new AgentInput.DeviceFailed(at, 3, "Xid 79 on GPU 3", false)))
                .isEmpty();
        assertThat(endsWith(134)).isEqualTo(new AttemptResult.Exited(134));
        assertThat(((Phase.Ended) core.attempt(ID).orElseThrow().phase()).end().course().note())
                .isEqualTo("Xid 79 on GPU 3");
    }

    @Test
    void whoWasDoneBeforeTheBlowIsDone() {
        runsOn(0);
        when(at -> new AgentInput.DeviceFailed(at, 0, "Xid 13 on GPU 0", true));
        assertThat(endsWith(0)).isEqualTo(new AttemptResult.Exited(0));
    }

    @Test
    void whoIsStoppedAnyhowIsLeftToThat() {
        runsOn(0);
        when(at -> new AgentInput.Signal(at, 1, 5, ID, 1, SignalKind.TERM, "Killed"));
        assertThat(when(at -> new AgentInput.DeviceFailed(at, 0, "Xid 13 on GPU 0", true)))
                .isEmpty();
        assertThat(endsWith(143)).isEqualTo(new AttemptResult.Exited(143));
    }

    @Test
    void tellsOfAFailedDeviceAlsoIfNobodySawTheEnd() {
        runsOn(0);
        when(at -> new AgentInput.DeviceFailed(at, 0, "Xid 13 on GPU 0", true));
        when(at -> new AgentInput.SupervisorGone(at, ID, true, true, Course.NONE));
        when(at -> new AgentInput.LeftoversCounted(at, ID, 0));
        assertThat(((Phase.Ended) core.attempt(ID).orElseThrow().phase()).end().result())
                .isEqualTo(new AttemptResult.Vanished("Xid 13 on GPU 0"));
    }

    private static AgentInput randomInput(RandomGenerator random, Moment at) {
        AttemptId id = new AttemptId(1L + random.nextInt(3), 1, 1);
        long epoch = 1L + random.nextInt(2);
        return switch (random.nextInt(16)) {
            case 14 ->
                    new AgentInput.DeviceFailed(
                            at, random.nextInt(2), "Xid 79", random.nextBoolean());
            case 0 -> new AgentInput.Connected(at, 1, epoch);
            case 1 -> new AgentInput.Disconnected(at, 1);
            case 2, 3 ->
                    new AgentInput.Launch(
                            at, 1, epoch, id, List.of(new DevicePromise(0, 100)), 500);
            case 4 ->
                    new AgentInput.Signal(
                            at,
                            1,
                            epoch,
                            id,
                            random.nextInt(5),
                            random.nextBoolean() ? SignalKind.TERM : SignalKind.KILL,
                            "Killed");
            case 5 -> new AgentInput.ReportAcked(at, 1, epoch, List.of((long) random.nextInt(50)));
            case 6 -> new AgentInput.Spawned(at, id);
            case 7 -> new AgentInput.SpawnFailed(at, id, new AttemptResult.NotStarted("R", "t"));
            case 8 -> new AgentInput.ProcessStarted(at, id, 42, at.wallMs());
            case 9 ->
                    new AgentInput.ProcessEnded(
                            at, id, new AttemptResult.Exited(0), at.wallMs(), Course.NONE);
            case 10 ->
                    new AgentInput.SupervisorGone(
                            at, id, random.nextBoolean(), random.nextBoolean(), course(random));
            case 11 ->
                    new AgentInput.StartClaimed(
                            at,
                            id,
                            List.of(
                                            AgentInput.Claim.WON,
                                            AgentInput.Claim.LOST,
                                            AgentInput.Claim.UNKNOWN)
                                    .get(random.nextInt(3)));
            case 12 -> new AgentInput.LeftoversCounted(at, id, random.nextInt(2));
            case 13 -> new AgentInput.HelloMade(at);
            default -> new AgentInput.Tick(at);
        };
    }

    @Test
    void claimsAgainWhatCouldNotBeTold() {
        when(at -> new AgentInput.Recovered(at, ID, List.of(), 9, new AgentInput.Found.Ordered()));
        assertThat(
                        core.step(
                                new AgentInput.StartClaimed(
                                        new Moment(5_000, 1), ID, AgentInput.Claim.UNKNOWN)))
                .isEmpty();
        assertThat(core.step(new AgentInput.Tick(new Moment(5_999, 1)))).isEmpty();
        assertThat(core.step(new AgentInput.Tick(new Moment(6_000, 1))))
                .containsExactly(new AgentEffect.ClaimStarted(ID));
        assertThat(core.step(new AgentInput.Tick(new Moment(9_000, 1)))).as("once").isEmpty();
        assertThat(
                        core.step(
                                new AgentInput.StartClaimed(
                                        new Moment(9_000, 1), ID, AgentInput.Claim.WON)))
                .containsExactly(new AgentEffect.CheckLeftovers(ID));
    }

    @Test
    void keepsTombstonesApartUntilTheyAreOld() {
        End end = new End(new AttemptResult.Exited(3), 77, 0, Course.NONE);
        when(at ->
                new AgentInput.Recovered(
                        at, ID, List.of(), 0, new AgentInput.Found.Buried(end, 1_000_000)));
        assertThat(core.attempts()).isEmpty();
        assertThat(core.attempt(ID)).isPresent();
        core.step(new AgentInput.Tick(new Moment(1, 1_000_000)));
        assertThat(core.attempt(ID)).isPresent();
        core.step(new AgentInput.Tick(new Moment(1, 1_000_001)));
        assertThat(core.attempt(ID)).isEmpty();
    }

    @Test
    void ticksPastAMillionTombstonesWithoutALook() {
        End end = new End(new AttemptResult.Exited(3), 77, 0, Course.NONE);
        for (long task = 1; task <= 1_000_000; task++) {
            core.step(
                    new AgentInput.Recovered(
                            new Moment(1, 1),
                            new AttemptId(task, 1, 1),
                            List.of(),
                            0,
                            new AgentInput.Found.Buried(end, 1_000_000)));
        }
        long before = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            core.step(new AgentInput.Tick(new Moment(i, 2)));
        }
        assertThat(System.nanoTime() - before).isLessThan(1_000_000_000L); // was 200 s
    }

    @Test
    void keepsAnOrphanUntilTheLeaderWantsItStopped() {
        when(at ->
                new AgentInput.Recovered(
                        at, ID, List.of(), 500, new AgentInput.Found.Orphan(42, 7)));
        assertThat(core.attempt(ID).orElseThrow().pid()).isEqualTo(42);
        assertThat(core.attempt(ID).orElseThrow().phase()).isEqualTo(new Phase.Running());
        connect(1, 5);
        assertThat(when(at -> new AgentInput.Signal(at, 1, 5, ID, 1, SignalKind.KILL, "Killed")))
                .containsExactly(
                        new AgentEffect.NoteStop(ID, "Killed"),
                        new AgentEffect.WriteStopMark(ID),
                        new AgentEffect.SignalSession(ID, SignalKind.KILL));
        assertThat(when(at -> new AgentInput.SupervisorGone(at, ID, true, true, Course.NONE)))
                .containsExactly(new AgentEffect.CheckLeftovers(ID));
    }

    @Test
    void killsWhatTurnsUpOfAReleasedAttempt() {
        End end = new End(new AttemptResult.Exited(3), 77, 0, Course.NONE);
        when(at ->
                new AgentInput.Recovered(
                        at, ID, List.of(), 0, new AgentInput.Found.Buried(end, 1_000_000)));
        assertThat(
                        when(at ->
                                new AgentInput.Recovered(
                                        at,
                                        ID,
                                        List.of(),
                                        500,
                                        new AgentInput.Found.Orphan(42, 7))))
                .containsExactly(new AgentEffect.SignalSession(ID, SignalKind.KILL));
        assertThat(core.attempt(ID).orElseThrow().phase()).isInstanceOf(Phase.Tombstone.class);
    }
}
