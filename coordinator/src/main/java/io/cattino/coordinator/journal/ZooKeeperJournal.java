package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pen of a ZooKeeper journal: {@link ZooKeeperWriter} writes, a {@link Snapshotter} clears up
 * behind it.
 */
final class ZooKeeperJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperJournal.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ZooKeeperWriter writer;
    private final Snapshotter snapshotter;
    private final Executor background;
    private final JournalListener listener;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicBoolean snapshotting = new AtomicBoolean();
    private volatile long snapshotRecord;
    private long nextRevision;

    /**
     * A pen.
     *
     * @param nextRevision of the first fact to be appended
     * @param snapshotRecord with which replay would begin now
     * @param background where snapshots are made
     */
    ZooKeeperJournal(
            ZooKeeperWriter writer,
            Snapshotter snapshotter,
            Executor background,
            JournalListener listener,
            long nextRevision,
            long snapshotRecord) {
        this.writer = writer;
        this.snapshotter = snapshotter;
        this.background = background;
        this.listener = listener;
        this.nextRevision = nextRevision;
        this.snapshotRecord = snapshotRecord;
        var _ = writer.failure().thenRun(over::countDown);
    }

    @Override
    public long epoch() {
        return writer.epoch();
    }

    @Override
    public CompletableFuture<Void> append(long firstRevision, List<Fact> facts) {
        if (firstRevision != nextRevision) {
            throw new IllegalArgumentException(
                    "revision " + firstRevision + " appended after " + (nextRevision - 1));
        }
        nextRevision += facts.size();
        return writer.append(firstRevision, List.copyOf(facts));
    }

    @Override
    public long confirmedNanos() {
        return writer.confirmedNanos();
    }

    @Override
    public CompletableFuture<JournalException> failure() {
        return writer.failure().copy();
    }

    @Override
    public CompletableFuture<Boolean> snapshot(Duration patience) {
        CheckpointMark mark = writer.checkpoint();
        if (mark == null
                || mark.firstRecord() == snapshotRecord
                || !snapshotting.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(false);
        }
        try {
            return CompletableFuture.supplyAsync(() -> snapshot(mark, patience), background)
                    .whenComplete((_, _) -> snapshotting.set(false));
        } catch (RejectedExecutionException e) {
            LOG.debug("no snapshot: the store is closed", e);
            return CompletableFuture.completedFuture(false);
        }
    }

    private boolean snapshot(CheckpointMark mark, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            boolean published = snapshotter.snapshot(mark, () -> lasts(deadline));
            if (published) {
                snapshotRecord = mark.firstRecord();
            }
            return published;
        } catch (JournalException.Fenced e) {
            LOG.info("no snapshot revision={} reason={}", mark.revision(), e.getMessage());
            return false;
        } catch (JournalException | RuntimeException e) {
            if (over.getCount() == 0 || Thread.currentThread().isInterrupted()) {
                LOG.info("no snapshot revision={} reason=closed", mark.revision());
                return false;
            }
            LOG.error("snapshot failed revision={}", mark.revision(), e);
            listener.snapshotFailed(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean lasts(long deadline) throws JournalException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        try {
            if (over.await(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
                throw new JournalException("the journal is closed");
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted while a standby makes a snapshot", e);
        }
    }

    @Override
    public long recordsSinceSnapshot() {
        return writer.lastDurable() + 1 - snapshotRecord;
    }

    @Override
    public void close() {
        over.countDown();
        writer.close();
    }
}
