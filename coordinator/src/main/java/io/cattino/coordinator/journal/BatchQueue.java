package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Batches that wait to be written, and how they become records. One thread. */
final class BatchQueue {
    private final RecordPacker packer;
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private byte @Nullable [] headBytes;

    /** A batch, with who waits for it. */
    record Batch(long firstRevision, List<Fact> facts, CompletableFuture<Void> done) {}

    /**
     * What is written together.
     *
     * @param records none, if none of the batches has a fact
     * @param completes with the last record
     * @param checkpoint the newest one in it
     */
    record Unit(
            List<RecordPacker.Packed> records,
            List<Batch> completes,
            @Nullable CheckpointMark checkpoint) {}

    BatchQueue(RecordPacker packer) {
        this.packer = packer;
    }

    void add(Batch batch) {
        waiting.add(batch);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The batches, in order. */
    List<Batch> batches() {
        return List.copyOf(waiting);
    }

    /**
     * The next batches that fit into one record, or one batch that does not. If this throws, they
     * all still wait.
     */
    Unit next() throws JournalException {
        List<Batch> batches = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Batch next : waiting) {
            byte[] encoded = headBytes == null ? RecordCodec.encode(next.facts) : headBytes;
            headBytes = null;
            if (bytes.size() > 0
                    && bytes.size() + (long) encoded.length > RecordCodec.PIECE_BYTES) {
                headBytes = encoded;
                break;
            }
            bytes.writeBytes(encoded);
            batches.add(next);
        }
        if (bytes.size() > RecordCodec.MAX_BATCH_BYTES) {
            throw new JournalException(
                    "a batch of " + bytes.size() + " bytes is larger than the journal takes");
        }
        Unit unit = new Unit(List.of(), batches, null);
        if (bytes.size() > 0) {
            List<RecordPacker.Packed> records =
                    packer.pack(batches.getFirst().firstRevision, bytes.toByteArray());
            unit = new Unit(records, batches, checkpoint(batches, records));
        }
        batches.forEach(_ -> waiting.remove());
        return unit;
    }

    private static @Nullable CheckpointMark checkpoint(
            List<Batch> batches, List<RecordPacker.Packed> records) {
        for (Batch batch : batches.reversed()) {
            CheckpointMark mark =
                    CheckpointMark.newest(
                            batch.firstRevision,
                            batch.facts,
                            records.getFirst().number(),
                            records.getLast().number());
            if (mark != null) {
                return mark;
            }
        }
        return null;
    }
}
