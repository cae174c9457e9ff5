package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * What is known of the memory that some work takes on devices of one model.
 *
 * @param key of the work, as in {@link Work}
 * @param runs the newest last
 */
public record MemoryRuns(long key, String model, List<MemoryRun> runs) {
    public MemoryRuns {
        runs = List.copyOf(runs);
    }

    /** The most that one of them used, MiB. */
    public long highestMib() {
        return runs.stream().mapToLong(MemoryRun::mib).max().orElse(0);
    }

    /** Whether it shows what the work takes. */
    public boolean known() {
        return runs.stream().anyMatch(MemoryRun::complete);
    }
}
