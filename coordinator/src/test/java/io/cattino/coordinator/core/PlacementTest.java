package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.cores;
import static io.cattino.coordinator.core.Specs.cpu;
import static io.cattino.coordinator.core.Specs.gpus;
import static io.cattino.coordinator.core.Specs.host;
import static io.cattino.coordinator.core.Specs.inventory;
import static io.cattino.coordinator.core.Specs.mib;
import static io.cattino.coordinator.core.Specs.percent;
import static io.cattino.coordinator.core.Specs.submission;
import static io.cattino.coordinator.core.Specs.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceNeed.Shared;
import io.cattino.coordinator.core.model.DeviceNeed.Whole;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk.Share;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.placement.Never;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final int CARD = 24_576;

    /** The issue's own example. */
    @Test
    void thirtyTasksShareEightCardsTwoByTwoAndNeverMore() {
        CoreScenario s = CoreScenario.with(gpus(8, CARD));
        s.submit(many("t", 30, 10_000)).tick();
        Set<String> done = new HashSet<>();
        Map<Integer, Integer> most = new HashMap<>();
        while (done.size() < 30) {
            Map<Integer, Integer> holders = new HashMap<>();
            for (Allocation held : s.state().allocations()) {
                holders.merge(held.devices().getFirst().index(), 1, Integer::sum);
            }
            assertThat(holders.values()).allMatch(n -> n <= 2);
            holders.forEach((card, n) -> most.merge(card, n, Math::max));
            Task next =
                    s.state().tasks().stream()
                            .filter(t -> t.state() instanceof TaskState.Placed)
                            .findFirst()
                            .orElseThrow();
            s.runs(next.fullname()).exits(next.fullname(), 0).tick();
            done.add(next.fullname());
        }
        assertThat(most.values()).hasSize(8).allMatch(n -> n == 2);
        assertThat(s.state().tasks()).allMatch(Task::done);
    }

    @Test
    void sixteenRunAtOnceAndTheRestSaysWhatItLacks() {
        CoreScenario s = CoreScenario.with(gpus(8, CARD));
        s.submit(many("t", 30, 10_000)).tick();
        assertThat(s.state().allocations()).hasSize(16);
        assertThat(s.status("t16")).isEqualTo("Waiting Memory");
        assertThat(s.reason("t16").text())
                .isEqualTo("n1: 4576M free on device 0, 10000M asked; 0 of 1 devices have enough");
    }

    /** The rule against starvation, on a farm that never lacks small tasks. */
    @Test
    void taskForTwoCardsIsNotStarvedByAnEndlessStreamOfSmallOnes() {
        CoreScenario s = CoreScenario.with(gpus(8, CARD));
        s.submit(many("first", 16, 10_000)).tick();
        s.submit(mib("big", 2, 20_000));
        List<String> running =
                new ArrayList<>(IntStream.range(0, 16).mapToObj(i -> "first" + i).toList());
        int steps = 0;
        while (!(s.task("big").state() instanceof TaskState.Placed)) {
            assertThat(++steps).as("small ones that went past").isLessThan(60);
            s.submit(mib("small" + steps, 10_000)).tick();
            // Always the oldest one ends: the cards come free one half at a time.
            s.exits(running.removeFirst(), 0).tick();
            s.state().tasks().stream()
                    .filter(t -> t.state() instanceof TaskState.Placed)
                    .map(Task::fullname)
                    .filter(name -> !running.contains(name) && !name.equals("big"))
                    .forEach(running::add);
        }
        assertThat(s.task("big").lastAttempt().orElseThrow().devices()).hasSize(2);
    }

    @Test
    void reservedCardsAreToldToThoseWhoWaitForThem() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD));
        s.submit(many("first", 4, 10_000)).tick();
        s.submit(mib("big", 2, 20_000));
        for (int i = 0; i < PlacementPass.PATIENCE; i++) {
            s.submit(mib("small" + i, 10_000));
            s.exits(i < 4 ? "first" + i : "small" + (i - 4), 0).tick();
        }
        s.submit(mib("late", 10_000)).exits("small7", 0).tick();
        assertThat(s.status("big")).isEqualTo("Waiting Memory");
        assertThat(s.status("late")).isEqualTo("Waiting Reserved");
        assertThat(s.core().explain(s.task("big")).passedOver()).isEqualTo(PlacementPass.PATIENCE);
    }

    @Test
    void higherPriorityGoesFirstEvenPastAReservation() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD));
        s.submit(mib("first", 10_000), mib("second", 10_000)).tick();
        s.submit(mib("big", 24_000));
        for (int i = 0; i < PlacementPass.PATIENCE; i++) {
            s.submit(mib("small" + i, 10_000)).exits(i == 0 ? "first" : "small" + (i - 1), 0);
            s.tick();
        }
        s.submit(mib("urgent", 10_000).withPriority(9)).exits("small7", 0).tick();
        assertThat(s.status("urgent")).isEqualTo("Waiting Starting");
        s.exits("urgent", 0).exits("second", 0).tick();
        assertThat(s.status("big")).isEqualTo("Waiting Starting");
    }

    @Test
    void orderIsPriorityAndThenAcceptance() {
        CoreScenario s = CoreScenario.with(inventory(List.of(), 4, 1));
        s.submit(cpu("a"), cpu("b"), cpu("c").withPriority(5), cpu("d").withPriority(-1));
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            s.tick();
            String name =
                    s.state().tasks().stream()
                            .filter(t -> t.liveAttempt().isPresent())
                            .findFirst()
                            .orElseThrow()
                            .fullname();
            order.add(name);
            s.exits(name, 0);
        }
        assertThat(order).containsExactly("c", "a", "b", "d");
    }

    @Test
    void whatFitsGoesPastWhatDoesNot() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD)).forgetTrace();
        s.submit(whole("w", 1)).tick().forgetTrace();
        s.submit(whole("both", 2), mib("small", 1_000)).tick();
        s.expect(
                "Submitted both, small",
                "Placed small.1 on n1 1:1000",
                "-> Launch small.1 on n1 1:1000");
        assertThat(s.status("both")).isEqualTo("Waiting Devices");
    }

    @Test
    void wholeCardsAreSharedWithNobody() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD));
        s.submit(whole("w", 1), mib("m", 1_000), mib("n", 1_000)).tick();
        s.expect(
                "Submitted w, m, n",
                "Placed w.1 on n1 0:24576 whole",
                "Placed m.1 on n1 1:1000",
                "Placed n.1 on n1 1:1000",
                "-> Launch w.1 on n1 0:24576",
                "-> Launch m.1 on n1 1:1000",
                "-> Launch n.1 on n1 1:1000");
        s.submit(whole("x", 1)).tick();
        assertThat(s.reason("x").text()).isEqualTo("n1: 0 of 2 devices are wholly free");
    }

    @Test
    void sharesAreOfEachDevicesOwnTotalRoundedUp() {
        CoreScenario s = CoreScenario.with(gpus(1, 10_001));
        s.submit(percent("half", 50), percent("other", 50)).tick();
        s.expect(
                "Submitted half, other",
                "Placed half.1 on n1 0:5001",
                "-> Launch half.1 on n1 0:5001");
        assertThat(s.status("other")).isEqualTo("Waiting Memory");
    }

    @Test
    void memoryOfOthersIsNotPromisedAndTold() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD)).external("n1", 0, 20_000);
        s.submit(mib("m", 10_000), whole("w", 1)).tick();
        assertThat(s.status("m")).isEqualTo("Waiting External");
        assertThat(s.reason("m").text())
                .isEqualTo(
                        "n1: 4576M free on device 0, 10000M asked; 0 of 1 devices have enough, 20000M used outside Cattino");
        assertThat(s.status("w")).isEqualTo("Waiting External");
        s.external("n1", 0, 100).tick();
        assertThat(s.status("m")).isEqualTo("Waiting Starting");
    }

    @Test
    void whoHoldsMemoryOutsideIsNamed() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD));
        s.squatter("n1", new Squatter(4711, "alice", "python3", 1, 20_000));
        s.external("n1", 0, 20_000).external("n1", 1, 20_000);
        s.submit(mib("m", 10_000), whole("w", 1)).tick();
        assertThat(s.reason("m").text())
                .isEqualTo(
                        "n1: 4576M free on device 0, 10000M asked; 0 of 1 devices have enough, 20000M used outside Cattino: python3, PID 4711 of alice");
        assertThat(s.reason("w").text())
                .isEqualTo(
                        "n1: 0 of 2 devices are wholly free, 2 used outside Cattino: python3, PID 4711 of alice");
        s.squatter("n1", new Squatter(12, "", "", 0, 1));
        s.tick();
        assertThat(s.reason("m").text()).endsWith(": python3, PID 4711 of alice and others");
    }

    @Test
    void attemptThatTakesMoreThanPromisedLeavesLess() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD));
        s.submit(mib("greedy", 5_000)).tick().runs("greedy").uses("n1", "greedy", 0, 20_000);
        s.submit(mib("m", 10_000)).tick();
        assertThat(s.status("m")).isEqualTo("Waiting Memory");
        // Below its promise it leaves no more than it was promised.
        s.uses("n1", "greedy", 0, 10);
        s.submit(mib("n", 19_577)).tick();
        assertThat(s.status("n")).isEqualTo("Waiting Memory");
    }

    @Test
    void memoryOfAReleasedAttemptIsFreeAtOnce() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD));
        s.submit(mib("a", 20_000)).tick().runs("a").uses("n1", "a", 0, 20_000);
        s.submit(mib("b", 20_000)).tick().exits("a", 0).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void bestFitKeepsLargeHolesLarge() {
        CoreScenario s =
                CoreScenario.started().node("n1", gpus(1, CARD)).node("n2", gpus(1, 8_000));
        s.submit(mib("small", 6_000), mib("large", 20_000)).tick();
        assertThat(s.task("small").lastAttempt().orElseThrow().nodeName()).isEqualTo("n2");
        assertThat(s.status("large")).isEqualTo("Waiting Starting");
    }

    @Test
    void cpuTasksLeaveMachinesWithCardsAlone() {
        CoreScenario s = CoreScenario.started().node("a", gpus(1, CARD)).node("b", host(4, 2));
        s.submit(cpu("x"), cpu("y"), cpu("z")).tick();
        assertThat(
                        Stream.of("x", "y", "z")
                                .map(n -> s.task(n).lastAttempt().orElseThrow().nodeName()))
                .containsExactly("b", "b", "a");
    }

    @Test
    void deviceThatIsNotMeasuredPromisesNothing() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD)).unknown("n1", 0);
        s.submit(mib("m", 1_000), whole("w", 1), cpu("c")).tick();
        assertThat(s.status("m")).isEqualTo("Waiting Unmeasured");
        assertThat(s.reason("m").text()).isEqualTo("n1: device 0 is not measured now");
        assertThat(s.status("w")).isEqualTo("Waiting Unmeasured");
        assertThat(s.status("c")).isEqualTo("Waiting Starting");
    }

    @Test
    void nothingNewGoesToASickDeviceAndWhatRunsThereGoesOn() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD));
        s.submit(mib("runs", 1_000)).tick();
        s.runs("runs").sick("n1", 0, "Xid 79: off the bus");
        s.submit(mib("m", 1_000), whole("w", 1), mib("both", 2, 1_000), whole("two", 2)).tick();
        assertThat(s.status("runs")).isEqualTo("Running");
        assertThat(s.task("m").lastAttempt().orElseThrow().devices())
                .extracting(DeviceShare::index)
                .containsExactly(1);
        assertThat(s.status("w")).isEqualTo("Waiting DeviceSick");
        assertThat(s.reason("w").text())
                .isEqualTo(
                        "n1: 0 of 2 devices are wholly free, 1 sick: device 0: Xid 79: off the bus");
        assertThat(s.status("both")).isEqualTo("Waiting DeviceSick");
        assertThat(s.reason("both").text()).isEqualTo("n1: device 0 is sick: Xid 79: off the bus");
        assertThat(s.reason("both").hint()).isEqualTo("meow gpus n1");
        s.sick("n1", 0, "").tick();
        assertThat(s.status("both")).isEqualTo("Waiting Starting");
    }

    @Test
    void anEndSaysWhatElseMayHaveToDoWithIt() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD));
        s.submit(mib("m", 1_000)).tick();
        s.runs("m")
                .report(
                        "m",
                        new AttemptEvent.Ended(
                                new AttemptResult.Exited(134),
                                0,
                                List.of(),
                                Optional.empty(),
                                "Xid 79 on GPU 0"));
        assertThat(s.status("m")).isEqualTo("Failed ExitCode");
        assertThat(s.reason("m").text()).isEqualTo("exit 134, Xid 79 on GPU 0");
    }

    @Test
    void whoWaitsForADeviceThatIsOnlyFullWaitsForThat() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD)).sick("n1", 0, "Xid 48");
        s.submit(mib("holds", CARD)).tick();
        s.submit(mib("waits", 1_000)).tick();
        assertThat(s.status("waits")).isEqualTo("Waiting Memory");
    }

    @Test
    void aLostDeviceIsSickAndNotOnlyUnmeasured() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD)).unknown("n1", 0).sick("n1", 0, "lost");
        s.submit(mib("m", 1_000), whole("w", 1)).tick();
        assertThat(s.status("m")).isEqualTo("Waiting DeviceSick");
        assertThat(s.status("w")).isEqualTo("Waiting DeviceSick");
    }

    @Test
    void nothingGoesToANodeThatHasNotSaidHelloInThisEpoch() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD)).failover();
        s.submit(cpu("c")).tick();
        assertThat(s.status("c")).isEqualTo("Waiting NodesDown");
        s.hello("n1", List.of()).tick();
        assertThat(s.status("c")).isEqualTo("Waiting Starting");
    }

    @Test
    void silentNodesGetNothing() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD)).advance(6_000);
        s.submit(cpu("c")).tick();
        assertThat(s.core().health(s.agent("n1").id())).isEqualTo(NodeHealth.SUSPECT);
        assertThat(s.status("c")).isEqualTo("Waiting NodesDown");
        s.advance(9_000);
        s.tick();
        assertThat(s.core().health(s.agent("n1").id())).isEqualTo(NodeHealth.UNREACHABLE);
        s.beat().tick();
        assertThat(s.status("c")).isEqualTo("Waiting Starting");
    }

    @Test
    void coresAreCountedOnlyIfAskedFor() {
        CoreScenario s = CoreScenario.with(inventory(List.of(), 4, 128));
        s.submit(cores("a", 3), cores("b", 2), cpu("c")).tick();
        assertThat(s.status("a")).isEqualTo("Waiting Starting");
        assertThat(s.status("b")).isEqualTo("Waiting Cpu");
        assertThat(s.reason("b").text()).isEqualTo("n1: 1 cores free");
        assertThat(s.status("c")).isEqualTo("Waiting Starting");
    }

    @Test
    void coresPromisedAwayDoNotStopThoseWhoAskForNone() {
        CoreScenario s = CoreScenario.with(inventory(List.of(), 4, 128));
        s.submit(cores("a", 4)).tick();
        // The machine comes back with fewer cores than it has promised.
        s.agent("n1").inventory = inventory(List.of(), 2, 128);
        s.hello("n1", List.of(s.running("a"))).beat();
        s.submit(cpu("c"), cores("d", 1)).tick();
        assertThat(s.status("c")).isEqualTo("Waiting Starting");
        assertThat(s.status("d")).isEqualTo("Waiting Cpu");
    }

    @Test
    void slotsAreALimitAndTold() {
        CoreScenario s = CoreScenario.with(inventory(List.of(), 4, 1));
        s.submit(cpu("a"), cpu("b")).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Slots");
        // The slot is free when nothing of the attempt is left, not when the command has ended.
        s.ended("a", new AttemptResult.Exited(0)).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Slots");
        s.report("a", new AttemptEvent.Released()).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void drainedNodesKeepWhatRunsAndGetNothingNew() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD));
        s.submit(cpu("a")).tick().drain("n1").submit(cpu("b")).tick();
        assertThat(s.status("a")).isEqualTo("Waiting Starting");
        assertThat(s.status("b")).isEqualTo("Waiting NodesDraining");
        assertThat(s.reason("b").hint()).isEqualTo("meow undrain n1");
        s.step(at -> new Input.UndrainNode(at, "n1")).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void cardIsNotGivenAwayBeforeItIsClean() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD));
        s.submit(whole("a", 1), whole("b", 1), mib("m", 1_000)).tick();
        s.ended("a", new AttemptResult.Exited(0)).tick();
        assertThat(s.status("a")).isEqualTo("Done");
        assertThat(s.status("b")).isEqualTo("Waiting Cleaning");
        assertThat(s.status("m")).isEqualTo("Waiting Cleaning");
        s.report("a", new AttemptEvent.Stranded("in D state")).tick();
        assertThat(s.state().allocations()).allMatch(a -> a.hold() == Allocation.Hold.QUARANTINED);
        assertThat(s.status("b")).isEqualTo("Waiting Cleaning");
        assertThat(s.reason("b").text())
                .isEqualTo("n1: 0 of 1 devices are wholly free, 1 quarantined: in D state");
        s.report("a", new AttemptEvent.Released()).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Starting");
    }

    @Test
    void whatCanNeverFitIsRefusedWithTheReasonUnlessQueuedAllTheSame() {
        CoreScenario s = CoreScenario.started().submit(mib("early", 99_999)).tick();
        assertThat(s.status("early")).isEqualTo("Waiting NoNodes");
        s.node("n1", gpus(2, CARD)).tick().forgetTrace();
        assertThat(s.status("early")).isEqualTo("Waiting NeverFits");
        for (TaskSpec spec :
                List.of(mib("m", 30_000), mib("m", 3, 10), whole("m", 3), cores("m", 65))) {
            assertThat(s.submit(spec).rejection()).isInstanceOf(Rejection.NeverFits.class);
        }
        s.noMoreEffects();
        assertThat(s.submit(mib("m", 30_000)).rejection().text())
                .isEqualTo(
                        "never fits: 1 device × 30000 MiB asked, the largest device is fake card with 24576 MiB (n1), no node has more than 2");
        s.submit(submission(mib("m", 30_000)).unfit()).tick();
        assertThat(s.status("m")).isEqualTo("Waiting NeverFits");
    }

    @Test
    void onlyAnotherNeedIsJudgedWhenATaskIsChanged() {
        CoreScenario s = CoreScenario.with(gpus(2, CARD));
        s.submit(submission(mib("m", 30_000)).unfit()).tick();
        s.step(at -> new Input.SetTask(at, "m", new Input.Attribute.Priority(7)));
        assertThat(s.task("m").spec().priority()).isEqualTo(7);
        s.step(at -> new Input.SetTask(at, "m", new Input.Attribute.Devices(new Whole(3))));
        assertThat(s.rejection()).isInstanceOf(Rejection.NeverFits.class);
    }

    @Test
    void sharesAreToldAsTheyWereAsked() {
        assertThat(
                        Stream.of(5_000, 500_000, 333_333, 1)
                                .map(ppm -> cpu("s").withDevices(new Shared(1, new Share(ppm))))
                                .map(Never::describe))
                .containsExactly(
                        "1 device × 0.5 %",
                        "1 device × 50 %", "1 device × 33.3333 %", "1 device × 0.0001 %");
    }

    @Test
    void neverFitsIsJudgedAgainstNodesThatAreDownToo() {
        CoreScenario s = CoreScenario.with(gpus(1, CARD)).gone("n1").advance(60_000);
        s.submit(mib("m", 10_000)).tick();
        assertThat(s.status("m")).isEqualTo("Waiting NodesDown");
    }

    @Test
    void nodeThatCannotStartATaskDoesNotDrawItAgain() {
        CoreScenario s =
                CoreScenario.started().node("n1", gpus(1, 8_000)).node("n2", gpus(1, CARD));
        s.submit(mib("m", 6_000)).tick();
        assertThat(s.task("m").lastAttempt().orElseThrow().nodeName()).isEqualTo("n1");
        s.ended("m", new AttemptResult.NotStarted("disk full"));
        s.report("m", new AttemptEvent.Released()).pass(2_000);
        assertThat(s.task("m").lastAttempt().orElseThrow().nodeName()).isEqualTo("n2");
        // When every node has failed, the best one is tried again.
        s.ended("m", new AttemptResult.NotStarted("disk full"));
        s.report("m", new AttemptEvent.Released()).pass(3_000);
        assertThat(s.task("m").lastAttempt().orElseThrow().nodeName()).isEqualTo("n1");
    }

    @Test
    void everyVetoIsToldAsDataNearestFirst() {
        CoreScenario s =
                CoreScenario.started()
                        .node("busy", gpus(1, CARD))
                        .node("down", gpus(1, CARD))
                        .node("drained", gpus(1, CARD))
                        .node("small", gpus(1, 8_000))
                        .node("used", gpus(1, CARD))
                        .gone("down")
                        .drain("drained")
                        .external("used", 0, 24_000);
        s.submit(mib("first", 20_000)).tick().submit(mib("m", 20_000)).tick();
        assertThat(s.core().explain(s.task("m")).vetoes())
                .extracting(Veto::code, Veto::node, Veto::have, Veto::want)
                .containsExactly(
                        tuple(ReasonCode.MEMORY, "busy", 4_576L, 20_000L),
                        tuple(ReasonCode.EXTERNAL, "used", 576L, 20_000L),
                        tuple(ReasonCode.NODES_DRAINING, "drained", 0L, 1L),
                        tuple(ReasonCode.NODES_DOWN, "down", 0L, 1L),
                        tuple(ReasonCode.NEVER_FITS, "small", 0L, 1L));
    }

    private static Tuple tuple(Object... values) {
        return Tuple.tuple(values);
    }

    private static TaskSpec[] many(String name, int count, long mib) {
        return IntStream.range(0, count).mapToObj(i -> mib(name + i, mib)).toArray(TaskSpec[]::new);
    }
}
