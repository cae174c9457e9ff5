package io.cattino.coordinator.journal;

import com.google.protobuf.ByteString;
import io.cattino.proto.journal.v1.Record;
import java.util.ArrayList;
import java.util.List;

/** Cuts one leadership's batches into records. One thread. */
final class RecordPacker {
    private final long epoch;
    private final long nonce;
    private final int pieceBytes;
    private long next;

    /** A record, ready to be stored. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    record Packed(long number, byte[] bytes) {}

    RecordPacker(long epoch, long nonce, long next) {
        this(epoch, nonce, next, RecordCodec.PIECE_BYTES);
    }

    /**
     * @param pieceBytes of a batch that one record holds at most
     */
    RecordPacker(long epoch, long nonce, long next, int pieceBytes) {
        this.epoch = epoch;
        this.nonce = nonce;
        this.next = next;
        this.pieceBytes = pieceBytes;
    }

    /** Number of the next record. */
    long next() {
        return next;
    }

    /**
     * The records of one batch, or of several small ones that share a record.
     *
     * @param facts serialised by {@link RecordCodec#encode(List)}; not empty
     */
    List<Packed> pack(long firstRevision, byte[] facts) {
        List<Packed> records = new ArrayList<>();
        long batch = next;
        int part = 0;
        for (int from = 0; from < facts.length; part++) {
            int length = Math.min(pieceBytes, facts.length - from);
            Record record =
                    Record.newBuilder()
                            .setNumber(next)
                            .setEpoch(epoch)
                            .setBatch(batch)
                            .setPart(part)
                            .setLast(from + length == facts.length)
                            .setFirstRevision(firstRevision)
                            .setNonce(nonce)
                            .setFacts(ByteString.copyFrom(facts, from, length))
                            .build();
            records.add(new Packed(next, RecordCodec.encode(record)));
            from += length;
            next++;
        }
        return records;
    }
}
