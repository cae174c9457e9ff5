package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the allocations hold of one node, added up. Derived from the allocations. */
public final class NodeBook {
    static final NodeBook EMPTY = new NodeBook();

    private final TreeMap<AttemptId, Allocation> allocations = new TreeMap<>();
    private int cpus;

    void add(Allocation allocation) {
        allocations.put(allocation.attempt(), allocation);
        cpus += allocation.cpus();
    }

    void remove(AttemptId attempt) {
        Allocation old = allocations.remove(attempt);
        if (old != null) {
            cpus -= old.cpus();
        }
    }

    void replace(Allocation allocation) {
        allocations.put(allocation.attempt(), allocation);
    }

    /** Allocations on the node, by attempt. */
    public Collection<Allocation> allocations() {
        return Collections.unmodifiableCollection(allocations.values());
    }

    SortedMap<AttemptId, Allocation> byAttempt() {
        return Collections.unmodifiableSortedMap(allocations);
    }

    /** Cores that are taken. */
    public int cpus() {
        return cpus;
    }

    /** Slots that are taken: one for each attempt whose processes are not proved gone. */
    public int slots() {
        return allocations.size();
    }
}
