package io.cattino.coordinator.zk;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A place in the queue of those who would lead. Being first is leave to take the leadership, not
 * the leadership: that is the epoch. Any thread.
 */
public interface Election extends AutoCloseable {
    /** Completes when this candidate is first in the queue; on a thread that must not be held. */
    CompletableFuture<Void> elected();

    /**
     * Completes when the session is lost, and with it this candidate's place: whatever was its turn
     * is not any more. Queue up again.
     */
    CompletableFuture<Void> lost();

    /** This candidate's znode in the queue, once it has one. */
    Optional<String> place();

    /** Everybody in the queue, the first one first; as last heard. */
    List<String> candidates();

    /** The first in the queue, if this candidate is the one right behind it. */
    Optional<Rival> ahead();

    /** Whether there is a connection to a ZooKeeper that serves. */
    boolean isConnected();

    /** Leaves the queue; the next one may try. */
    @Override
    void close();

    /**
     * Who stands before this candidate.
     *
     * @param address {@code host:grpc/http}
     * @param place its znode in the queue
     */
    record Rival(String address, String place) {}

    /**
     * Leave to take the leadership.
     *
     * @param place the znode of who has it; empty: there is no queue
     * @param gone who stands before it though its process has ended
     */
    record Turn(Optional<String> place, Optional<Rival> gone) {
        /** Of one who has no rivals. */
        public static final Turn ALONE = new Turn(Optional.empty(), Optional.empty());
    }

    /** Of one who has no rivals. */
    static Election alone() {
        return new Election() {
            @Override
            public CompletableFuture<Void> elected() {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletableFuture<Void> lost() {
                return new CompletableFuture<>();
            }

            @Override
            public Optional<String> place() {
                return Optional.empty();
            }

            @Override
            public List<String> candidates() {
                return List.of();
            }

            @Override
            public Optional<Rival> ahead() {
                return Optional.empty();
            }

            @Override
            public boolean isConnected() {
                return true;
            }

            @Override
            public void close() {
                // There is no queue to leave.
            }
        };
    }
}
