package io.cattino.coordinator.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record on its way to the store, and who waits for it. One thread. */
final class Outgoing {
    final RecordPacker.Packed record;

    /** The batches that end with it. */
    final List<BatchQueue.Batch> completes;

    /**
     * Batches without facts that came after it was sent: that it was stored says nothing of whether
     * this led by then.
     */
    final List<BatchQueue.Batch> later = new ArrayList<>();

    final @Nullable CheckpointMark checkpoint;
    long sentNanos;

    Outgoing(
            RecordPacker.Packed record,
            List<BatchQueue.Batch> completes,
            @Nullable CheckpointMark checkpoint) {
        this.record = record;
        this.completes = completes;
        this.checkpoint = checkpoint;
    }

    void addTo(List<BatchQueue.Batch> all) {
        all.addAll(completes);
        all.addAll(later);
    }
}
