package io.cattino.coordinator.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.wire.Digests;
import io.cattino.proto.journal.v1.FactBatch;
import io.cattino.proto.journal.v1.FactRecord;
import io.cattino.proto.journal.v1.Record;
import java.util.ArrayList;
import java.util.List;

/** Records and batches as bytes, both ways. Stateless; any thread. */
final class RecordCodec {
    /** What this version writes, and the newest it reads. */
    static final int FORMAT = 1;

    /**
     * A piece of a batch is at most so large; with what stands around it a record stays far below
     * ZooKeeper's 1 MiB.
     */
    static final int PIECE_BYTES = 64 * 1024;

    /** A batch is at most so large. */
    static final int MAX_BATCH_BYTES = 1 << 30;

    private RecordCodec() {}

    /** The record before the first one: it exists so that every other one has a predecessor. */
    static byte[] genesis() {
        return encode(Record.newBuilder().setLast(true).setFirstRevision(1).build());
    }

    static byte[] encode(Record record) {
        return Seal.seal(record.toBuilder().setFormat(FORMAT).build());
    }

    /**
     * Reads a record.
     *
     * @param number that it must have
     */
    static Record decode(byte[] bytes, long number) throws JournalException.Corrupt {
        String what = "record " + number;
        Seal.check(bytes, what);
        Record record;
        try {
            record = Record.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt(what + " cannot be read: " + e.getMessage(), e);
        }
        if (record.getFormat() != FORMAT) {
            throw new JournalException.Corrupt(
                    what
                            + " has format "
                            + record.getFormat()
                            + "; this version reads format "
                            + FORMAT);
        }
        if (record.getNumber() != number || record.getBatch() + record.getPart() != number) {
            throw new JournalException.Corrupt(
                    what
                            + " says that it is record "
                            + record.getNumber()
                            + ", part "
                            + record.getPart()
                            + " of batch "
                            + record.getBatch());
        }
        return record;
    }

    /** Serialised batches may be concatenated: that is the batch of all their facts. */
    static byte[] encode(List<Fact> facts) {
        FactBatch.Builder batch = FactBatch.newBuilder();
        facts.forEach(fact -> batch.addFacts(FactCodec.encode(fact)));
        return Digests.deterministicBytes(batch.build());
    }

    /** The facts of a batch whose pieces were put together. */
    static List<Fact> decode(ByteString bytes) throws JournalException.Corrupt {
        FactBatch batch;
        try {
            batch = FactBatch.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt("its facts cannot be read: " + e.getMessage(), e);
        }
        List<Fact> facts = new ArrayList<>(batch.getFactsCount());
        for (FactRecord fact : batch.getFactsList()) {
            facts.add(FactCodec.decode(fact));
        }
        return facts;
    }
}
