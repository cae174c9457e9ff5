package io.cattino.it.sim;

import io.cattino.coordinator.core.Effect;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What an agent is told in a session. */
sealed interface ToAgent {
    /** Whoever was dialled does not lead, or not any more. */
    record Refused(Optional<Coordinator> leader) implements ToAgent {}

    /**
     * The agent is let in.
     *
     * @param leased whether the leader vouches from when it was dialled
     */
    record Welcome(long epoch, long generation, boolean leased) implements ToAgent {}

    record Order(long epoch, long generation, Effect effect) implements ToAgent {}

    record Acknowledged(long epoch, long generation, List<Long> sequences) implements ToAgent {}

    /**
     * A heartbeat was heard.
     *
     * @param leaseMs for how long beyond its sending the leader vouches; empty: it does not
     */
    record HeartbeatAck(long epoch, long sentMs, OptionalLong leaseMs) implements ToAgent {}
}
