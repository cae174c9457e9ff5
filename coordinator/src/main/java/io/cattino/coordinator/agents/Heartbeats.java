package io.cattino.coordinator.agents;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.wire.Durations;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.HeartbeatAck;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session's heartbeats: at most one is with the loop; of those that come meanwhile only the
 * newest matters. Any thread.
 */
final class Heartbeats {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private boolean underWay;

    @GuardedBy("lock")
    private @Nullable Heartbeat next;

    /** What the agent was last told of who may lead. */
    @GuardedBy("lock")
    private List<String> told = List.of();

    /** The agent is being told who may lead. */
    List<String> telling(List<String> coordinators) {
        synchronized (lock) {
            told = coordinators;
            return coordinators;
        }
    }

    /**
     * The answer to one. Who is not sure to lead vouches for nothing: another may give the node up
     * already. An agent that does not know of a coordinator could take it that nobody leads.
     */
    HeartbeatAck.Builder ack(
            Heartbeat heartbeat, Reply reply, boolean sure, List<String> coordinators) {
        HeartbeatAck.Builder out = HeartbeatAck.newBuilder().setMonoMs(heartbeat.getMonoMs());
        if (sure && reply instanceof Reply.FencesHeld(long ms)) {
            out.setLease(Durations.ofMillis(ms));
        }
        synchronized (lock) {
            if (!coordinators.equals(told)) {
                out.addAllCoordinators(telling(coordinators));
            }
        }
        return out;
    }

    /** Whether it may go to the loop now; otherwise it waits until {@link #done}. */
    boolean begin(Heartbeat heartbeat) {
        synchronized (lock) {
            if (underWay) {
                next = heartbeat;
                return false;
            }
            underWay = true;
            return true;
        }
    }

    /** The loop has taken one: the next, which may go now. */
    Optional<Heartbeat> done() {
        synchronized (lock) {
            Optional<Heartbeat> waiting = Optional.ofNullable(next);
            next = null;
            underWay = waiting.isPresent();
            return waiting;
        }
    }
}
