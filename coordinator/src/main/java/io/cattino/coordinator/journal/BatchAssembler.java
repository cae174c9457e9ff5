package io.cattino.coordinator.journal;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.Fact;
import io.cattino.proto.journal.v1.Record;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records together to whole batches, in order. A batch without its last part counts only once
 * the record after it shows what it is: of a later epoch it voids the batch, of the same one the
 * journal is corrupt. One thread.
 */
final class BatchAssembler {
    private static final Logger LOG = LoggerFactory.getLogger(BatchAssembler.class);

    private long next;
    private long epoch;
    private long firstEpoch;
    private @Nullable Record open;
    private ByteString pieces = ByteString.EMPTY;

    /**
     * A batch, whole.
     *
     * @param record number of its first record
     */
    record Whole(long record, long firstRevision, List<Fact> facts) {}

    /**
     * An assembler that has seen nothing.
     *
     * @param next number of the record that comes first; a batch begins with it
     */
    BatchAssembler(long next) {
        this.next = next;
    }

    /** Of the first record that was added and has one; 0: none. */
    long firstEpoch() {
        return firstEpoch;
    }

    /** Of the last record that was added; 0: none. */
    long lastEpoch() {
        return epoch;
    }

    /** Number of the record that comes next: after a failure, of the one that failed. */
    long next() {
        return next;
    }

    /** The records so far end within a batch. */
    boolean torn() {
        return open != null;
    }

    /**
     * Takes the next record.
     *
     * @return the batch that it completes, if it does
     */
    Optional<Whole> add(byte[] bytes) throws JournalException.Corrupt {
        Record record = RecordCodec.decode(bytes, next);
        if (record.getEpoch() < epoch) {
            throw corrupt("is of epoch " + record.getEpoch() + ", after one of epoch " + epoch);
        }
        if (record.getPart() == 0) {
            begin(record);
        } else {
            goOn(record);
        }
        if (pieces.size() > RecordCodec.MAX_BATCH_BYTES - record.getFacts().size()) {
            throw corrupt("makes its batch larger than " + RecordCodec.MAX_BATCH_BYTES + " bytes");
        }
        epoch = record.getEpoch();
        pieces = pieces.concat(record.getFacts());
        firstEpoch = firstEpoch == 0 ? epoch : firstEpoch;
        Optional<Whole> whole = record.getLast() ? Optional.of(end(record)) : Optional.empty();
        next++;
        return whole;
    }

    private void begin(Record record) throws JournalException.Corrupt {
        if (open != null) {
            if (record.getEpoch() == epoch) {
                throw corrupt("begins a batch, and batch " + open.getBatch() + " has not ended");
            }
            LOG.info(
                    "unfinished batch voided batch={} epoch={} by_epoch={}",
                    open.getBatch(),
                    epoch,
                    record.getEpoch());
        }
        open = record;
        pieces = ByteString.EMPTY;
    }

    private void goOn(Record record) throws JournalException.Corrupt {
        if (open == null
                || record.getBatch() != open.getBatch()
                || record.getEpoch() != open.getEpoch()
                || record.getNonce() != open.getNonce()
                || record.getFirstRevision() != open.getFirstRevision()) {
            throw corrupt(
                    "goes on with batch " + record.getBatch() + ", which is not the one before it");
        }
    }

    private Whole end(Record record) throws JournalException.Corrupt {
        List<Fact> facts;
        try {
            facts = RecordCodec.decode(pieces);
        } catch (JournalException.Corrupt e) {
            throw new JournalException.Corrupt(
                    "batch "
                            + record.getBatch()
                            + ", ending in record "
                            + record.getNumber()
                            + ": "
                            + e.getMessage(),
                    e);
        }
        open = null;
        pieces = ByteString.EMPTY;
        return new Whole(record.getBatch(), record.getFirstRevision(), facts);
    }

    private JournalException.Corrupt corrupt(String text) {
        return new JournalException.Corrupt("record " + next + " " + text);
    }
}
