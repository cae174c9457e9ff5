package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Fact;
import io.cattino.proto.journal.v1.SnapshotHeader;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a state from the newest snapshot and the records after it. Every {@link Fact.Checkpoint} on
 * the way is compared with the state it meets; a difference is logged and counted, and found in
 * {@link #lastMismatch}. One thread; calls block.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final int READ_AHEAD = 64;

    private final RecordSource source;
    private final JournalListener listener;
    private final ClusterState state;
    private final BatchAssembler records;
    private final long firstRecord;
    private long lastMismatch;
    private long checks;
    private long mismatches;
    private long whole;
    private long wholeRevision;
    private Optional<Long> broken = Optional.empty();
    private Checkpoints checkpoints = (_, _) -> {};

    /** Hears of checkpoints while they are passed. */
    interface Checkpoints {
        /**
         * The state had the checkpoint's fingerprint, and is as of it until this returns; facts of
         * the same batch may follow.
         */
        void passed(CheckpointMark mark, ClusterState state);
    }

    private Replay(
            RecordSource source, JournalListener listener, ClusterState state, long nextRecord) {
        this.source = source;
        this.listener = listener;
        this.state = state;
        this.firstRecord = nextRecord;
        this.whole = nextRecord;
        this.wholeRevision = state.revision();
        this.records = new BatchAssembler(nextRecord);
    }

    /**
     * Begins with the newest snapshot that can be read. One that cannot is an error, logged and
     * counted, and the generation before it is taken instead, or the very first record if it is
     * still there: either leads to the same state.
     *
     * @throws JournalException.Corrupt if none of them can be read
     */
    static Replay open(RecordSource source, JournalListener listener) throws JournalException {
        TreeMap<SnapshotName, byte[]> published = new TreeMap<>(source.snapshots());
        published.values().removeIf(header -> header.length == 0);
        Optional<JournalException.Corrupt> first = Optional.empty();
        for (Map.Entry<SnapshotName, byte[]> each : published.descendingMap().entrySet()) {
            try {
                return open(source, listener, each.getKey(), each.getValue());
            } catch (JournalException.Corrupt e) {
                LOG.error(
                        "snapshot unreadable, trying what was before it snapshot={}",
                        each.getKey(),
                        e);
                listener.snapshotUnreadable(each.getKey().toString());
                first = first.or(() -> Optional.of(e));
            }
        }
        if (source.firstRecord() == 0) {
            return new Replay(source, listener, ClusterState.empty(), 0);
        }
        throw first.orElseGet(() ->
                new JournalException.Corrupt("the first record is gone, and there is no snapshot"));
    }

    private static Replay open(
            RecordSource source, JournalListener listener, SnapshotName name, byte[] bytes)
            throws JournalException {
        SnapshotHeader header = SnapshotCodec.header(name, bytes);
        ClusterState state;
        try {
            state = ClusterState.of(SnapshotCodec.read(source, name, header));
        } catch (RuntimeException e) {
            throw new JournalException.Corrupt("snapshot " + name + " is not a state: " + e, e);
        }
        Replay replay = new Replay(source, listener, state, name.nextRecord());
        replay.compare(header.getFingerprint(), state.revision());
        return replay;
    }

    /** The state so far; the caller's, once this replay is not used any more. */
    ClusterState state() {
        return state;
    }

    /** Number of the record that it began with. */
    long firstRecord() {
        return firstRecord;
    }

    /** Number of the record that is read next. */
    long nextRecord() {
        return records.next();
    }

    /** The records so far end within a batch. */
    boolean torn() {
        return records.torn();
    }

    /** Revision of the last fact, or snapshot, whose fingerprint was not the state's; 0: none. */
    long lastMismatch() {
        return lastMismatch;
    }

    /** How many fingerprints were compared. */
    long checks() {
        return checks;
    }

    /** How many of them were not the state's. */
    long mismatches() {
        return mismatches;
    }

    /** Lowest and highest epoch of the records so far. */
    JournalReport.Epochs epochs() {
        return new JournalReport.Epochs(records.firstEpoch(), records.lastEpoch());
    }

    /** Number of the record behind the last whole batch that was applied. */
    long whole() {
        return whole;
    }

    /** Revision of the state up to there. */
    long wholeRevision() {
        return wholeRevision;
    }

    /** After a failure: number of the record, or of the first record of the batch, that failed. */
    long failed() {
        return broken.orElseGet(records::next);
    }

    /** Applies every whole batch up to and with a record. */
    void runTo(long lastRecord) throws JournalException {
        run(lastRecord, Long.MAX_VALUE);
    }

    /** The same, and tells of the last checkpoint of each batch on the way. */
    void runTo(long lastRecord, Checkpoints told) throws JournalException {
        Checkpoints before = checkpoints;
        checkpoints = told;
        try {
            run(lastRecord, Long.MAX_VALUE);
        } finally {
            checkpoints = before;
        }
    }

    /**
     * Applies every fact up to and with one.
     *
     * @param lastRecord the one that ends its batch
     */
    void runTo(long lastRecord, long revision) throws JournalException {
        run(lastRecord, revision);
        if (state.revision() != revision) {
            throw new JournalException.Corrupt(
                    "there is no revision %d up to record %d".formatted(revision, lastRecord));
        }
    }

    private void run(long lastRecord, long revision) throws JournalException {
        int ahead = READ_AHEAD;
        while (records.next() <= lastRecord && state.revision() < revision) {
            long to = Math.min(lastRecord, records.next() + ahead - 1);
            List<byte[]> some;
            try {
                some = source.records(records.next(), to);
            } catch (JournalException.Corrupt e) {
                if (ahead == 1) {
                    throw e;
                }
                ahead = 1; // one of them is missing: what is before it counts
                continue;
            }
            run(some.iterator(), revision);
        }
    }

    private void run(Iterator<byte[]> read, long revision) throws JournalException.Corrupt {
        while (read.hasNext() && state.revision() < revision) {
            Optional<BatchAssembler.Whole> batch = records.add(read.next());
            if (batch.isPresent()) {
                broken = Optional.of(batch.get().record());
                apply(batch.get(), revision);
                broken = Optional.empty();
                whole = records.next();
                wholeRevision = state.revision();
            }
        }
    }

    private void apply(BatchAssembler.Whole batch, long revision) throws JournalException.Corrupt {
        List<Fact> facts = batch.facts();
        CheckpointMark mark =
                CheckpointMark.newest(
                        batch.firstRevision(), facts, batch.record(), records.next() - 1);
        for (int i = 0; i < facts.size(); i++) {
            long ordinal = batch.firstRevision() + i;
            if (ordinal > revision) {
                return;
            }
            // A snapshot may stand within the batch that replay begins with.
            if (ordinal > state.revision() || batch.record() != firstRecord) {
                apply(facts.get(i), ordinal, batch.record());
                if (mark != null && ordinal == mark.revision() && ordinal != lastMismatch) {
                    checkpoints.passed(mark, state);
                }
            }
        }
    }

    private void apply(Fact fact, long ordinal, long record) throws JournalException.Corrupt {
        if (ordinal != state.revision() + 1) {
            throw new JournalException.Corrupt(
                    "the batch of record %d goes on with revision %d after %d"
                            .formatted(record, ordinal, state.revision()));
        }
        if (fact instanceof Fact.Checkpoint(_, long fingerprint)) {
            compare(fingerprint, ordinal);
        }
        try {
            state.apply(fact);
        } catch (RuntimeException e) {
            throw new JournalException.Corrupt(
                    "revision %d (%s) of record %d cannot be applied: %s"
                            .formatted(ordinal, fact.getClass().getSimpleName(), record, e),
                    e);
        }
        if (state.revision() != ordinal) {
            throw new IllegalStateException(
                    "applying revision " + ordinal + " made " + state.revision());
        }
    }

    private void compare(long fingerprint, long revision) {
        checks++;
        if (fingerprint != state.fingerprint()) {
            LOG.error(
                    "replayed state differs from its leader's revision={} expected={} replayed={}",
                    revision,
                    Long.toHexString(fingerprint),
                    Long.toHexString(state.fingerprint()));
            lastMismatch = revision;
            mismatches++;
            listener.fingerprintMismatch(revision);
        }
    }
}
