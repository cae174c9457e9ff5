package io.cattino.coordinator.journal;

import io.cattino.coordinator.zk.ZkSession;

/**
 * The state as of the newest record that was read, in one session. One thread at a time.
 *
 * @param session in which the replay reads
 * @param drafter told of the checkpoints
 */
record Follower(ZkSession session, RecordSource records, Replay replay, Drafter drafter)
        implements AutoCloseable {

    /**
     * Reads what is new.
     *
     * @throws JournalException.Corrupt also if the leader has dropped what was to come next
     */
    void catchUp() throws JournalException {
        replay.runTo(records.lastRecord(), drafter);
    }

    @Override
    public void close() {
        drafter.close();
        session.close();
    }
}
