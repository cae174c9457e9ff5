package io.cattino.coordinator.journal;

import java.util.List;
import java.util.SortedMap;

/** What replay reads. Calls block. */
interface RecordSource extends ChunkInput.Source {
    /** Number of the newest record. */
    long lastRecord() throws JournalException;

    /** Number of the oldest record there still is. */
    long firstRecord() throws JournalException;

    /**
     * Records, in order.
     *
     * @throws JournalException.Corrupt if one of them is missing
     */
    List<byte[]> records(long from, long to) throws JournalException;

    /** Every snapshot with the bytes of its header; none, if it was not published. */
    SortedMap<SnapshotName, byte[]> snapshots() throws JournalException;
}
