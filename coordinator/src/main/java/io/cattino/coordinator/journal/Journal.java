package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.Fact;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The leader's pen: appends facts durably, in order, under one epoch. Made by {@link
 * JournalStore#lead}. Appends come from one thread; futures complete on a thread of the journal (do
 * little there), in the order of the appends.
 */
public interface Journal extends AutoCloseable {
    /**
     * For so long after it asked, a leader that was told that it leads may take it for true: nobody
     * takes over before its session is over, which is longer, or its process.
     */
    long SURE_NANOS = 2_000_000_000L;

    /** Number of this leadership. */
    long epoch();

    /**
     * Appends one batch, whole or not at all as far as any reader can tell. An empty one waits for
     * those before it.
     *
     * @param firstRevision ordinal of the first fact; one more than the last fact appended or
     *     replayed before
     * @return completes when the batch and all before it are durable; fails with {@link
     *     JournalException} if this pen is done for ever (fenced, closed, or the store's session is
     *     lost), and then so does every later append. A batch that failed may be durable all the
     *     same: only another {@link JournalStore#lead} tells
     */
    CompletableFuture<Void> append(long firstRevision, List<Fact> facts);

    /**
     * When, by {@link System#nanoTime}, the newest round trip to the store began that showed this
     * epoch to be the newest still; an idle journal makes one each second.
     */
    long confirmedNanos();

    /**
     * Completes, with the reason, when this pen is done for ever though nobody closed it, even if
     * nothing is being appended: the role is over. {@link JournalException.Fenced}: another leads.
     */
    CompletableFuture<JournalException> failure();

    /** The same, without waiting for anybody. */
    default CompletableFuture<Boolean> snapshot() {
        return snapshot(Duration.ZERO);
    }

    /**
     * Publishes a snapshot of the state as of the newest durable {@link Fact.Checkpoint} in the
     * background, and drops the records it makes superfluous; appends do not wait for it. At most
     * one is being made at a time.
     *
     * @param patience how long a standby may take to make it; after that, it is made here
     * @return whether one was published; false if there is nothing new, one is being made, or it
     *     failed (which is logged and told to the {@link JournalListener})
     */
    CompletableFuture<Boolean> snapshot(Duration patience);

    /** How many records a replay would have to read now: what tells when a snapshot is due. */
    long recordsSinceSnapshot();

    /**
     * Gives up the leadership, once what was handed in before is durable or has failed; what was
     * appended stays.
     */
    @Override
    void close();
}
