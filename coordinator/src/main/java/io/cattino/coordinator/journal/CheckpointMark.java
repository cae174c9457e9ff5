package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a durable {@link Fact.Checkpoint} lies.
 *
 * @param firstRecord of its batch
 * @param lastRecord of its batch
 * @param revision its own
 */
record CheckpointMark(long firstRecord, long lastRecord, long revision) {
    /** The last one of a batch, if it has one. */
    static @Nullable CheckpointMark newest(
            long firstRevision, List<Fact> facts, List<RecordPacker.Packed> records) {
        for (int i = facts.size() - 1; i >= 0; i--) {
            if (facts.get(i) instanceof Fact.Checkpoint) {
                return new CheckpointMark(
                        records.getFirst().number(), records.getLast().number(), firstRevision + i);
            }
        }
        return null;
    }
}
