package io.cattino.coordinator.journal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.zk.Election;

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
    default Leadership lead(String owner) throws JournalException {
        return lead(owner, Election.Turn.ALONE);
    }

    /**
     * The same for one who queued up: only if its place in the queue is still there, and with it
     * that of the leader whose process is gone, if it goes before it; that one is removed.
     */
    Leadership lead(String owner, Election.Turn turn) throws JournalException;

    /**
     * Reads what is new, so that {@link #lead} will have little left to read. For those who stand
     * by, again and again; any thread. At a checkpoint a snapshot is begun in the background, for
     * the leader to publish.
     *
     * @return the state as of there. The next call changes it, and {@link #lead} may hand it out;
     *     when a call has failed, nobody changes what the one before it returned any more
     * @throws JournalException if it cannot be read just now
     */
    @CanIgnoreReturnValue
    ClusterState follow() throws JournalException;

    /**
     * Queues up for the leadership.
     *
     * @param candidate address of who queues up, {@code host:grpc/http}
     */
    Election stand(String candidate);

    /** Id of the cluster that this store belongs to; made with the store. */
    String clusterId();

    @Override
    void close();

    /** What {@link #lead} gives. The state is the caller's from here on. */
    record Leadership(ClusterState state, Journal journal) {}
}
