package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.ClusterState;

/** Where journals live. One leader writes at a time; {@link #lead} is how one becomes it. */
public interface JournalStore extends AutoCloseable {
    /**
     * Takes the leadership: writes the next epoch first, so that no older leader can append any
     * more, and then reads.
     *
     * @param owner who leads, for people ({@code host:port})
     * @return the state as of the last whole batch, and the pen that goes on from there
     * @throws JournalException.Corrupt if a committed record cannot be read
     * @throws JournalException if the store cannot be reached
     */
    Leadership lead(String owner) throws JournalException;

    /** Id of the cluster that this store belongs to; made with the store. */
    String clusterId();

    @Override
    void close();

    /** What {@link #lead} gives. The state is the caller's from here on. */
    record Leadership(ClusterState state, Journal journal) {}
}
