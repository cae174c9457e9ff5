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
 * @param fingerprint that it has
 */
record CheckpointMark(long firstRecord, long lastRecord, long revision, long fingerprint) {
    /** The last one of a batch, if it has one. */
    static @Nullable CheckpointMark newest(
            long firstRevision, List<Fact> facts, long firstRecord, long lastRecord) {
        for (int i = facts.size() - 1; i >= 0; i--) {
            if (facts.get(i) instanceof Fact.Checkpoint(_, long fingerprint)) {
                return new CheckpointMark(firstRecord, lastRecord, firstRevision + i, fingerprint);
            }
        }
        return null;
    }

    /** Of the snapshot that a standby makes of it: only one of them can. */
    SnapshotName draft() {
        return new SnapshotName(firstRecord, fingerprint);
    }
}
