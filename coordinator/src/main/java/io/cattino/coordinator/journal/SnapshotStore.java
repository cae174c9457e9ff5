package io.cattino.coordinator.journal;

import java.util.Optional;

/**
 * What the leader needs for snapshots: every change is refused with {@link JournalException} once
 * another leads. Calls block.
 */
interface SnapshotStore extends RecordSource, ChunkOutput.Sink {
    /**
     * The header of a snapshot that a standby has made: once it is whole, and until it is published
     * or begun to be dropped.
     */
    Optional<byte[]> draft(SnapshotName name) throws JournalException;

    /** From here on replay may begin with it. */
    void publish(SnapshotName name, byte[] header) throws JournalException;

    /** Deletes a snapshot, published or not, whole or not. */
    void drop(SnapshotName name) throws JournalException;

    /** Deletes the records before a number; the newest one always stays. */
    void truncate(long before) throws JournalException;
}
