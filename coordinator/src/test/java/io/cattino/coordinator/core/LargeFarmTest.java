package io.cattino.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A full farm of many nodes with far more waiting: a look at the queue stays cheap. */
class LargeFarmTest {
    private static final int SHAPES = 50;
    private static final NodeInventory CARDS = Specs.gpus(8, 24_576);

    private final SchedulerCore core = new SchedulerCore(ClusterState.empty(), "/runs");
    private long ms = 1_000;
    private int nodes;

    private Step step(Input input) {
        return core.step(input);
    }

    private Time at() {
        return new Time(ms, ms);
    }

    private void beat() {
        List<DeviceSample> idle =
                IntStream.range(0, 8)
                        .mapToObj(i -> new DeviceSample(i, 0, List.of(), false))
                        .toList();
        for (int i = 0; i < nodes; i++) {
            NodeIdentity identity = Specs.identity("n" + i);
            step(new Input.AgentSampled(at(), identity.id(), 1, idle, Set.of()));
        }
    }

    private void fill(int waiting) {
        step(new Input.Activated(at(), 1, "test:1"));
        for (int i = 0; i < nodes; i++) {
            NodeIdentity identity = Specs.identity("n" + i);
            step(new Input.AgentConnected(at(), 1, identity, CARDS, "1", List.of(), List.of()));
        }
        beat();
        for (int from = 0; from < waiting; from += 100_000) {
            List<TaskSpec> tasks = new ArrayList<>();
            for (int i = from; i < Math.min(waiting, from + 100_000); i++) {
                tasks.add(Specs.mib("t" + i, 10_000 + i % SHAPES));
            }
            step(Specs.submission().of(tasks).input(at(), "r" + from));
        }
    }

    private Duration tick() {
        ms += 10;
        long began = System.nanoTime();
        step(new Input.Tick(at()));
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Until two tasks lie on every card and a look finds nothing more to do. */
    private void placeAll() {
        do {
            tick();
        } while (core.dirty());
        assertThat(core.state().allocations()).hasSize(nodes * 8 * 2);
    }

    @Test
    void lookAtAFullFarmIsCheap() {
        checkWith(200, 20_000);
    }

    @Test
    @Tag("soak")
    void lookAtAFullFarmIsCheapHoweverManyWait() {
        checkWith(1_000, 1_000_000);
    }

    /** Nothing is known of any: they ask for the same, and cost one look. */
    @Test
    void lookAtManyDifferentWorksIsCheap() {
        nodes = 200;
        fill(0);
        step(Specs.submission(Specs.whole("filler", 1)).input(at(), "filler"));
        List<TaskSpec> works = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            works.add(auto("w" + i, "of", "work" + i));
        }
        step(Specs.submission().of(works).input(at(), "works"));
        do {
            tick();
        } while (core.dirty());
        assertThat(core.state().allocations()).hasSize(nodes * 8);
        assertThat(quickest()).isLessThan(Duration.ofMillis(500));
    }

    private static TaskSpec auto(String name, String... argv) {
        return new TaskSpec(
                name,
                new Command(List.of(argv), false),
                new DeviceNeed.Shared(1, new MemoryAsk.Auto(Work.UNKNOWN)),
                0,
                1,
                new TreeMap<>(),
                new TreeMap<>(),
                null,
                LossPolicy.UNSAID);
    }

    /**
     * With a thousand nodes about 15 ms on an idle core of 2026; the bound is for busy machines.
     */
    private void checkWith(int howManyNodes, int waiting) {
        nodes = howManyNodes;
        fill(waiting);
        placeAll();
        assertThat(quickest()).isLessThan(Duration.ofMillis(500));
    }

    private Duration quickest() {
        return IntStream.range(0, 20).mapToObj(_ -> tick()).min(Duration::compareTo).orElseThrow();
    }
}
