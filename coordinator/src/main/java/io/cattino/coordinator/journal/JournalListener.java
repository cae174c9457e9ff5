package io.cattino.coordinator.journal;

import java.time.Duration;

/**
 * Hears what the journal does, for metrics. Called on the journal's threads: must return at once
 * and not throw.
 */
public interface JournalListener {
    /** Nobody listens. */
    JournalListener NONE = new JournalListener() {};

    /**
     * One record became durable.
     *
     * @param took from its first sending
     */
    default void recordCommitted(Duration took, int bytes) {}

    /**
     * ZooKeeper said that the epoch has another version than ours.
     *
     * @param fenced it has indeed; otherwise it was mistaken, and the leadership ended all the same
     */
    default void badVersion(boolean fenced) {}

    /** A connection was lost with records under way; they were read back and resent. */
    default void recovered(int records) {}

    /**
     * A state that was replayed up to this revision is not the one its leader had, or its snapshot
     * named.
     */
    default void fingerprintMismatch(long revision) {}

    /** A published snapshot could not be read; an older one was taken. */
    default void snapshotUnreadable(String name) {}

    /** A snapshot was published. */
    default void snapshotWritten(Duration took, long bytes) {}

    /** A snapshot could not be made, or a standby's was refused; the journal goes on without. */
    default void snapshotFailed(String reason) {}
}
