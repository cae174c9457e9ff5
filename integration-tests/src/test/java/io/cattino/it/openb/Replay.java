package io.cattino.it.openb;

import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.placement.Census;
import io.cattino.coordinator.core.placement.NodeSpace;
import io.cattino.coordinator.core.placement.Placement;
import io.cattino.coordinator.core.placement.Placer;
import io.cattino.coordinator.core.placement.Placer.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One experiment: the tasks of a trace come one after the other, in random order, each once and
 * then drawn again and again, until they ask for 130 % of the cards. None ends; one that fits
 * nowhere is dropped.
 */
final class Replay {
    private static final int UNTIL_PERCENT = 130;

    /** In the order of their names, which breaks ties, as in a real pass. */
    private final List<NodeSpace> spaces;

    private final Map<NodeId, Integer> at = new HashMap<>();
    private final long[] freeMemoryMib;
    private final long capacity;

    /** Of those that have come, and nothing of those that will. */
    private final Census census = new Census();

    private long arrived;
    private long allocated;
    private final List<Long> nanos = new ArrayList<>();

    /**
     * What came of it.
     *
     * @param capacity all cards, in thousandths of one, as the others
     * @param atFull allocated when as much was asked for as there is
     * @param atEnd allocated in the end
     * @param nanos that each look took, for the tasks in their order
     */
    record Result(long capacity, long atFull, long atEnd, List<Long> nanos) {
        double percentAtFull() {
            return 100.0 * atFull / capacity;
        }

        double percentAtEnd() {
            return 100.0 * atEnd / capacity;
        }
    }

    Replay(List<Host> farm) {
        List<Host> hosts = farm.stream().sorted(Comparator.comparing(Host::name)).toList();
        this.spaces = hosts.stream().map(Host::space).toList();
        for (int i = 0; i < spaces.size(); i++) {
            at.put(spaces.get(i).id(), i);
        }
        this.freeMemoryMib = hosts.stream().mapToLong(Host::memoryMib).toArray();
        this.capacity = hosts.stream().mapToLong(host -> (long) host.cards() * Ask.CARD).sum();
    }

    /** Runs it once; the trace must ask for some card. */
    Result run(List<Ask> trace, long seed) {
        Random random = new Random(seed);
        List<Ask> shuffled = new ArrayList<>(trace);
        Collections.shuffle(shuffled, random);
        long atFull = -1;
        for (int i = 0; ; i++) {
            Ask ask =
                    i < shuffled.size() ? shuffled.get(i) : trace.get(random.nextInt(trace.size()));
            if ((arrived + ask.milli()) * 100 > capacity * UNTIL_PERCENT) {
                return new Result(capacity, atFull < 0 ? allocated : atFull, allocated, nanos);
            }
            arrived += ask.milli();
            place(ask);
            if (atFull < 0 && arrived >= capacity) {
                atFull = allocated;
            }
        }
    }

    private void place(Ask ask) {
        List<NodeSpace> candidates = candidates(ask);
        census.add(ask.kind());
        long began = System.nanoTime();
        Verdict verdict = Placer.look(ask.spec(), candidates, Set.of(), census.mix());
        nanos.add(System.nanoTime() - began);
        switch (verdict) {
            case Verdict.Waits _ -> {}
            case Verdict.Fits(Placement placement) -> {
                placement.take(ask.spec().cpus());
                freeMemoryMib[at.getOrDefault(placement.node().id(), -1)] -= ask.memoryMib();
                allocated += ask.milli();
            }
        }
    }

    private List<NodeSpace> candidates(Ask ask) {
        List<NodeSpace> candidates = new ArrayList<>(spaces.size());
        for (int i = 0; i < spaces.size(); i++) {
            if (freeMemoryMib[i] >= ask.memoryMib()) {
                candidates.add(spaces.get(i));
            }
        }
        return candidates;
    }
}
