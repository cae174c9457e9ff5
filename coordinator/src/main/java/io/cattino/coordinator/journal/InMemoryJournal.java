package io.cattino.coordinator.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.Fact;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pen of an {@link InMemoryJournalStore}. Everything happens on the callers' threads. */
final class InMemoryJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryJournal.class);

    private final InMemoryJournalStore store;
    private final long epoch;
    private final RecordPacker packer;
    private final CompletableFuture<JournalException> failure = new CompletableFuture<>();
    private long nextRevision;
    private volatile CompletableFuture<Void> newest = CompletableFuture.completedFuture(null);
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable JournalException over;

    @GuardedBy("lock")
    private @Nullable CheckpointMark checkpoint;

    @GuardedBy("lock")
    private long snapshotRecord;

    @GuardedBy("lock")
    private long lastDurable;

    /** A record that is not durable yet. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    record Pending(
            InMemoryJournal pen,
            long number,
            byte[] bytes,
            @Nullable CheckpointMark checkpoint,
            @Nullable CompletableFuture<Void> completes) {
        void fail(JournalException why) {
            pen.end(why);
            if (completes != null) {
                completes.completeExceptionally(why);
            }
        }
    }

    InMemoryJournal(
            InMemoryJournalStore store,
            long epoch,
            long last,
            long nextRevision,
            long snapshotRecord,
            int pieceBytes) {
        this.store = store;
        this.epoch = epoch;
        this.packer = new RecordPacker(epoch, epoch, last + 1, pieceBytes);
        this.nextRevision = nextRevision;
        this.snapshotRecord = snapshotRecord;
        this.lastDurable = last;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public CompletableFuture<Void> append(long firstRevision, List<Fact> facts) {
        if (firstRevision != nextRevision) {
            throw new IllegalArgumentException(
                    "revision " + firstRevision + " appended after " + (nextRevision - 1));
        }
        nextRevision += facts.size();
        synchronized (lock) {
            if (over != null) {
                return CompletableFuture.failedFuture(over);
            }
        }
        if (facts.isEmpty()) {
            return newest.copy();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        newest = done;
        List<RecordPacker.Packed> records = packer.pack(firstRevision, RecordCodec.encode(facts));
        for (RecordPacker.Packed record : records) {
            boolean last = record.number() == records.getLast().number();
            CheckpointMark mark =
                    last
                            ? CheckpointMark.newest(
                                    firstRevision,
                                    facts,
                                    records.getFirst().number(),
                                    records.getLast().number())
                            : null;
            Pending pending =
                    new Pending(this, record.number(), record.bytes(), mark, last ? done : null);
            if (!store.append(pending)) {
                JournalException why = new JournalException.Fenced("epoch " + epoch + " is over");
                end(why);
                done.completeExceptionally(why);
                return done;
            }
        }
        return done;
    }

    void committed(Pending pending) {
        synchronized (lock) {
            lastDurable = pending.number();
            if (pending.checkpoint() != null) {
                checkpoint = pending.checkpoint();
            }
        }
        CompletableFuture<Void> completes = pending.completes();
        if (completes != null) {
            completes.complete(null);
        }
    }

    private void end(JournalException why) {
        synchronized (lock) {
            if (over != null) {
                return;
            }
            over = why;
        }
        failure.complete(why);
    }

    @Override
    public long confirmedNanos() {
        return System.nanoTime();
    }

    @Override
    public CompletableFuture<JournalException> failure() {
        return failure.copy();
    }

    @Override
    public CompletableFuture<Boolean> snapshot(Duration patience) {
        CheckpointMark mark;
        synchronized (lock) {
            mark = checkpoint;
        }
        if (mark == null) {
            return CompletableFuture.completedFuture(false);
        }
        try {
            boolean published = store.snapshotter(epoch).snapshot(mark, () -> false);
            synchronized (lock) {
                snapshotRecord = published ? mark.firstRecord() : snapshotRecord;
            }
            return CompletableFuture.completedFuture(published);
        } catch (JournalException.Fenced e) {
            LOG.info("no snapshot revision={} reason={}", mark.revision(), e.getMessage());
            return CompletableFuture.completedFuture(false);
        } catch (JournalException e) {
            LOG.error("snapshot failed revision={}", mark.revision(), e);
            store.listener().snapshotFailed(String.valueOf(e.getMessage()));
            return CompletableFuture.completedFuture(false);
        }
    }

    @Override
    public long recordsSinceSnapshot() {
        synchronized (lock) {
            return lastDurable + 1 - snapshotRecord;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (over == null) {
                over = new JournalException("the journal is closed");
            }
        }
    }
}
