package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A journal whose appends become durable when the test says so, or at once; after one that failed
 * none does.
 */
final class FakeJournal implements Journal {
    /** One append that waits for the test. */
    record Append(long firstRevision, List<Fact> facts, CompletableFuture<Void> durable) {
        void commit() {
            durable.complete(null);
        }
    }

    final BlockingQueue<Append> appends = new LinkedBlockingQueue<>();
    final List<Append> all = new CopyOnWriteArrayList<>();
    final CompletableFuture<JournalException> failure = new CompletableFuture<>();
    private final boolean atOnce;
    volatile boolean closed;
    volatile long confirmedNanos = System.nanoTime();

    FakeJournal(boolean atOnce) {
        this.atOnce = atOnce;
    }

    /** The next append that the loop has handed in. */
    Append next() throws InterruptedException {
        return appends.take();
    }

    @Override
    public long epoch() {
        return 7;
    }

    @Override
    public CompletableFuture<Void> append(long firstRevision, List<Fact> facts) {
        Append append = new Append(firstRevision, facts, new CompletableFuture<>());
        boolean broken =
                failure.isDone()
                        || all.stream().anyMatch(a -> a.durable().isCompletedExceptionally());
        all.add(append);
        if (broken) {
            append.durable().completeExceptionally(new JournalException("done for ever"));
        } else if (atOnce) {
            append.commit();
        } else {
            appends.add(append);
        }
        return append.durable();
    }

    @Override
    public long confirmedNanos() {
        return confirmedNanos;
    }

    @Override
    public CompletableFuture<JournalException> failure() {
        return failure;
    }

    @Override
    public CompletableFuture<Boolean> snapshot(Duration patience) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public long recordsSinceSnapshot() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
