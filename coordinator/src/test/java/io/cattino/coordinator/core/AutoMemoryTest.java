package io.cattino.coordinator.core;

import static io.cattino.coordinator.core.Specs.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.memory.MemoryBook.Estimate;
import io.cattino.coordinator.core.memory.WorkIdentity;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks that ask for as much memory as earlier runs of the same work took. */
class AutoMemoryTest {
    private static final long CARD = 24_576;
    private static final DeviceNeed AUTO = need(1);

    private static DeviceNeed need(int count) {
        return new DeviceNeed.Shared(count, new MemoryAsk.Auto(Work.UNKNOWN));
    }

    private static TaskSpec run(String name, DeviceNeed need, String... argv) {
        return new TaskSpec(
                name,
                new Command(List.of(argv), false),
                need,
                0,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID);
    }

    private static TaskSpec auto(String name, String... argv) {
        return run(name, AUTO, argv);
    }

    private static CoreScenario ended(
            CoreScenario s, String task, AttemptResult result, long... peaks) {
        List<DeviceShare> shares = new ArrayList<>();
        List<DeviceShare> given = devices(s, task);
        for (int i = 0; i < peaks.length; i++) {
            shares.add(new DeviceShare(given.get(i).index(), peaks[i]));
        }
        var attempt = s.attempt(task);
        var node = s.nodeOf(attempt);
        s.report(task, new AttemptEvent.Ended(result, 0, shares));
        return s.report(node, attempt, new AttemptEvent.Released());
    }

    private static CoreScenario done(CoreScenario s, String task, long... peaks) {
        return ended(s.runs(task), task, new AttemptResult.Exited(0), peaks);
    }

    private static List<DeviceShare> devices(CoreScenario s, String task) {
        return s.task(task).lastAttempt().orElseThrow().devices();
    }

    private static long placed(CoreScenario s) {
        return s.state().tasks().stream()
                .filter(task -> task.state() instanceof TaskState.Placed)
                .count();
    }

    @Test
    void firstRunHasAWholeCardAndTheNextWhatItTook() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("first", "train", "0.1"), auto("second", "train", "0.1")).tick();
        assertThat(devices(s, "first")).containsExactly(new DeviceShare(0, CARD));
        assertThat(s.status("second")).isEqualTo("Waiting Memory");
        assertThat(s.reason("second").text())
                .isEqualTo(
                        "n1: 0M free on device 0, all of its 24576M asked; 0 of 1 devices have enough");
        done(s, "first", 3_000).tick();
        assertThat(devices(s, "second")).containsExactly(new DeviceShare(0, 3_328));
        s.submit(auto("third", "train", "0.1")).tick();
        assertThat(placed(s)).as("they share the card").isEqualTo(2);
    }

    @Test
    void wholeCardHasNobodyElseOnIt() {
        CoreScenario s = CoreScenario.with(Specs.gpus(2, CARD));
        s.submit(Specs.mib("other", 1_000)).tick();
        s.submit(auto("a", "train"), auto("b", "train")).tick();
        assertThat(devices(s, "a")).containsExactly(new DeviceShare(1, CARD));
        assertThat(s.status("b")).isEqualTo("Waiting Memory");
        s.submit(Specs.mib("more", 1_000)).tick();
        assertThat(devices(s, "more")).containsExactly(new DeviceShare(0, 1_000));
    }

    /** A driver or a desktop may hold some of an idle card. */
    @Test
    void cardThatIsAlmostIdleIsWhole() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.external("n1", 0, 400).submit(auto("a", "train")).tick();
        assertThat(devices(s, "a")).containsExactly(new DeviceShare(0, CARD));
    }

    @Test
    void machineWithoutCardsHasOneToo() {
        CoreScenario s = CoreScenario.with(Specs.host(4, 6));
        s.external("n1", 0, 5_536).submit(auto("a", "train")).tick();
        assertThat(devices(s, "a")).containsExactly(new DeviceShare(0, 60_000));
        done(s, "a", 10_000).submit(auto("b", "train"), auto("c", "train")).tick();
        assertThat(devices(s, "b")).containsExactly(new DeviceShare(0, 11_008));
        assertThat(devices(s, "c")).containsExactly(new DeviceShare(0, 11_008));
    }

    @Test
    void anotherCommandDoesNotProfitAndOneWithOtherNumbersDoes() {
        CoreScenario s = CoreScenario.with(Specs.gpus(4, CARD));
        s.submit(auto("first", "train", "--lr", "0.1")).tick();
        done(s, "first", 3_000);
        s.submit(auto("sweep", "train", "--lr", "0.2"), auto("other", "eval", "--lr", "0.1"))
                .tick();
        assertThat(devices(s, "sweep").getFirst().mib()).isEqualTo(3_328);
        assertThat(devices(s, "other").getFirst().mib()).isEqualTo(CARD);
    }

    @Test
    void otherWorkIsAnotherShape() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("first", "train")).tick();
        done(s, "first", 3_000);
        s.submit(Specs.mib("small", 10_000)).tick();
        s.submit(auto("unknown", "eval"), auto("known", "train")).tick();
        assertThat(s.status("unknown")).isEqualTo("Waiting Memory");
        assertThat(s.status("known")).isEqualTo("Waiting Starting");
    }

    @Test
    void whoWaitsMovesToAnotherShapeWhenSomethingIsLearned() {
        CoreScenario s = CoreScenario.with(Specs.gpus(2, CARD));
        s.submit(auto("a", "train", "1"), auto("b", "eval", "1")).tick();
        s.submit(auto("c", "train", "1"), auto("d", "train", "2"), auto("e", "eval", "1")).tick();
        assertThat(s.state().table().queue().shapes()).hasSize(1);
        done(s, "a", 3_000);
        assertThat(s.state().table().queue().shapes()).hasSize(2);
        s.tick();
        assertThat(devices(s, "c")).containsExactly(new DeviceShare(0, 3_328));
        assertThat(devices(s, "d")).containsExactly(new DeviceShare(0, 3_328));
        assertThat(s.status("e")).isEqualTo("Waiting Memory");
        s.submit(auto("f", "train", "1"));
        done(s, "c", 9_000).tick();
        assertThat(devices(s, "f")).containsExactly(new DeviceShare(0, 9_920));
        s.cancel("e");
        assertThat(s.state().table().queue().shapes()).isEmpty();
    }

    @Test
    void everyRunTeachesWhateverItAskedFor() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(run("guess", new DeviceNeed.Shared(1, new MemoryAsk.Mib(9_000)), "train")).tick();
        done(s, "guess", 3_000).submit(auto("a", "train")).tick();
        assertThat(devices(s, "a")).containsExactly(new DeviceShare(0, 3_328));
    }

    @Test
    void eachModelIsLearnedByItself() {
        CoreScenario s = CoreScenario.started();
        s.node("n1", cards("A100", 1, 80_000)).node("n2", cards("T4", 1, 16_000));
        s.drain("n2").submit(auto("first", "train")).tick();
        done(s, "first", 5_000).step(at -> new Input.UndrainNode(at, "n2"));
        s.submit(Specs.mib("filler", 79_000), auto("second", "train")).tick();
        assertThat(devices(s, "second").getFirst().mib()).as("a whole T4").isEqualTo(16_000);
        assertThat(s.core().explain(s.task("second")).memory())
                .containsExactly(
                        new Estimate("A100", false, 5_504, 1, 5_000, false),
                        new Estimate("T4", true, 16_000, 0, 0, false));
        done(s, "second", 4_000).submit(auto("third", "train"), auto("fourth", "train")).tick();
        assertThat(devices(s, "third").getFirst().mib()).isEqualTo(4_416);
        assertThat(devices(s, "fourth").getFirst().mib()).isEqualTo(4_416);
        assertThat(s.core().explain(s.task("fourth")).memory())
                .containsExactly(
                        new Estimate("A100", false, 5_504, 1, 5_000, false),
                        new Estimate("T4", false, 4_416, 1, 4_000, false));
    }

    private static NodeInventory cards(String model, int count, long mib) {
        return Specs.inventory(
                IntStream.range(0, count)
                        .mapToObj(i -> new DeviceInfo(i, model + i, model, "cuda", mib))
                        .toList(),
                16,
                16);
    }

    @Test
    void ofSeveralDevicesTheOneThatTookMostCounts() {
        CoreScenario s = CoreScenario.with(Specs.gpus(2, CARD));
        s.submit(run("a", need(2), "train")).tick();
        assertThat(devices(s, "a"))
                .containsExactly(new DeviceShare(0, CARD), new DeviceShare(1, CARD));
        done(s, "a", 3_000, 4_000).submit(run("b", need(2), "train")).tick();
        assertThat(devices(s, "b"))
                .containsExactly(new DeviceShare(0, 4_416), new DeviceShare(1, 4_416));
        s.submit(auto("c", "train")).tick();
        assertThat(s.status("c")).as("on one card it is other work").isEqualTo("Waiting Memory");
    }

    @Test
    void runThatFailsSoonShowsOnlyWhatItTakesAtLeast() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        s.runs("a").forgetTrace();
        ended(s, "a", new AttemptResult.Exited(1), 2_000);
        assertThat(s.trace()).contains("MemoryMeasured a.1 at least 2000 on fake card");
        s.submit(auto("b", "train")).tick();
        assertThat(devices(s, "b").getFirst().mib()).isEqualTo(CARD);
        done(s, "b", 1_000).submit(auto("c", "train")).tick();
        assertThat(devices(s, "c").getFirst().mib()).as("2000 were seen").isEqualTo(2_256 + 48);
        s.runs("c").forgetTrace();
        ended(s, "c", new AttemptResult.Exited(1), 1_500);
        assertThat(s.trace()).noneMatch(line -> line.startsWith("MemoryMeasured"));
    }

    @Test
    void runThatWentOnForLongHasShownWhatItTakes() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick().runs("a").pass(MemoryDesk.SETTLED_MS);
        ended(s.kill("a"), "a", new AttemptResult.Exited(143), 3_000);
        s.submit(auto("b", "train")).tick();
        assertThat(devices(s, "b").getFirst().mib()).isEqualTo(3_328);
    }

    @Test
    void workThatHadNotEnoughMemoryAsksForHalfAsMuchAgain() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        done(s, "a", 3_000).submit(auto("b", "train")).tick();
        outOfMemory(s, "b");
        ended(s.runs("b"), "b", new AttemptResult.Exited(1), 3_328);
        s.submit(auto("c", "train")).tick();
        // 3328 * 3 / 2 = 4992
        assertThat(devices(s, "c").getFirst().mib()).isEqualTo(5_504);
    }

    @Test
    void workThatHadNotEnoughOfAGuessIsMeasuredOnAWholeCard() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(run("a", new DeviceNeed.Shared(1, new MemoryAsk.Mib(3_000)), "train")).tick();
        outOfMemory(s, "a");
        ended(s.runs("a"), "a", new AttemptResult.Exited(1), 3_000);
        s.submit(auto("b", "train")).tick();
        assertThat(devices(s, "b").getFirst().mib()).isEqualTo(CARD);
        assertThat(s.core().explain(s.task("b")).memory())
                .containsExactly(new Estimate("fake card", true, CARD, 0, 0, false));
    }

    private static void outOfMemory(CoreScenario s, String task) {
        Turn turn = new Turn(s.state(), s.now());
        MemoryDesk.outOfMemory(turn, s.task(task), s.attempt(task));
        assertThat(turn.end(new Reply.Nothing()).facts()).hasSize(1);
        assertThat(Invariants.broken(s.state())).isEmpty();
    }

    @Test
    void agentIsNotBelievedBeyondItsDevices() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        done(s, "a", Long.MAX_VALUE);
        assertThat(s.state().memory().all().getFirst().runs())
                .containsExactly(new MemoryRun(2 * CARD, true));
        s.submit(auto("b", "train")).tick();
        done(s, "b", -7);
        assertThat(s.state().memory().all().getFirst().runs()).hasSize(1);
    }

    @Test
    void whatWasLearnedOutlivesItsTasksAndItsLeader() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        done(s, "a", 3_000).remove("a");
        assertThat(s.state().tasks()).isEmpty();
        long before = s.state().fingerprint();
        assertThat(ClusterState.of(s.state().image()).fingerprint()).isEqualTo(before);
        s.failover().hello("n1", List.of()).beat();
        s.submit(auto("b", "train")).tick();
        assertThat(devices(s, "b")).containsExactly(new DeviceShare(0, 3_328));
    }

    @Test
    void waitingTaskCanBeSetToIt() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        done(s, "a", 3_000);
        s.submit(Specs.mib("filler", 20_000)).tick();
        s.submit(run("b", new DeviceNeed.Whole(1), "train")).tick();
        assertThat(s.status("b")).isEqualTo("Waiting Devices");
        s.set("b", new Input.Attribute.Devices(AUTO)).tick();
        assertThat(devices(s, "b")).containsExactly(new DeviceShare(0, 3_328));
        assertThat(s.task("b").spec().devices())
                .isEqualTo(
                        new DeviceNeed.Shared(
                                1,
                                new MemoryAsk.Auto(WorkIdentity.of(s.task("b").spec(), CONTEXT))));
    }

    @Test
    void identityOfAClientDoesNotCount() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        DeviceNeed lie = new DeviceNeed.Shared(1, new MemoryAsk.Auto(new Work(7, 8)));
        s.submit(run("a", lie, "train"));
        assertThat(s.task("a").spec().devices())
                .isEqualTo(
                        new DeviceNeed.Shared(
                                1,
                                new MemoryAsk.Auto(
                                        WorkIdentity.of(s.task("a").spec(), CONTEXT)
                                                .anyOfFamily())));
    }

    @Test
    void neverFitsOnlyForWantOfDevices() {
        CoreScenario s = CoreScenario.with(Specs.gpus(2, CARD));
        s.submit(run("a", need(3), "train"));
        assertThat(s.rejection()).isInstanceOf(Rejection.NeverFits.class);
        assertThat(((Rejection.NeverFits) s.rejection()).text())
                .startsWith("never fits: 3 devices × auto asked");
    }

    @Test
    void forecastSaysWhatItWouldGet() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        done(s, "a", 3_000);
        Outlook outlook = s.outlook(Specs.submission(auto("b", "train"), auto("c", "eval")));
        assertThat(((Outlook.Accepted) outlook).prospects())
                .extracting(Prospect::devices)
                .containsExactly(List.of(new DeviceShare(0, 3_328)), List.of());
    }

    @Test
    void lessThanItTakesIsNotSuggested() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(auto("a", "train")).tick();
        done(s, "a", 10_000);
        s.submit(Specs.mib("filler", 20_000)).tick();
        s.submit(auto("known", "train"), auto("unknown", "eval")).tick();
        assertThat(s.core().explain(s.task("known")).suggestion()).isEmpty();
        assertThat(s.core().explain(s.task("unknown")).suggestion())
                .hasValueSatisfying(better ->
                        assertThat(better.devices())
                                .isEqualTo(
                                        new DeviceNeed.Shared(
                                                1, new MemoryAsk.Mib(CARD - 20_000))));
    }

    /** Works that ask for the same share a shape: they cost one look, and wait in order. */
    @Test
    void worksThatAskForTheSameWaitInOneLine() {
        CoreScenario s = CoreScenario.with(Specs.gpus(1, CARD));
        s.submit(run("a", new DeviceNeed.Shared(1, new MemoryAsk.Mib(100)), "train", "-1")).tick();
        done(s, "a", 20_000);
        for (int i = 0; i < 50; i++) {
            s.submit(auto("t" + i, "train", "" + i));
        }
        s.tick();
        assertThat(placed(s)).isEqualTo(1);
        assertThat(s.state().table().queue().shapes()).hasSize(1);
        for (int i = 0; i < 50; i++) {
            assertThat(s.task("t" + i).state()).isInstanceOf(TaskState.Placed.class);
            assertThat(i == 49 || s.status("t" + (i + 1)).equals("Waiting Memory")).isTrue();
            done(s, "t" + i, 20_000).tick();
        }
        assertThat(s.state().memory().all()).hasSize(52);
        assertThat(Set.copyOf(s.state().tasks()).stream().allMatch(Task::done)).isTrue();
    }
}
