package io.cattino.coordinator.journal;

/**
 * What making snapshots needs: every change is refused with {@link JournalException} once another
 * leads. Calls block.
 */
interface SnapshotStore extends RecordSource {
    /** Stores one chunk of a snapshot that nobody sees yet; the first one makes it. */
    void put(SnapshotName name, int index, byte[] chunk) throws JournalException;

    /** From here on replay may begin with it. */
    void publish(SnapshotName name, byte[] header) throws JournalException;

    /** Deletes a snapshot, published or not, whole or not. */
    void drop(SnapshotName name) throws JournalException;

    /** Deletes the records before a number; the newest one always stays. */
    void truncate(long before) throws JournalException;
}
