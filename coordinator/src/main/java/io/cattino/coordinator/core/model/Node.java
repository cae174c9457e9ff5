package io.cattino.coordinator.core.model;

import org.jspecify.annotations.Nullable;

/**
 * A machine that has registered and was not forgotten.
 *
 * @param awayUntilMonoMs cluster time of when it means to be back at the latest; 0: it is not away
 */
public record Node(
        NodeIdentity identity,
        NodeInventory inventory,
        String agentVersion,
        @Nullable Drain drain,
        long awayUntilMonoMs) {
    public NodeId id() {
        return identity.id();
    }

    public String name() {
        return identity.name();
    }

    /** The same node, drained otherwise. */
    public Node withDrain(@Nullable Drain value) {
        return new Node(identity, inventory, agentVersion, value, awayUntilMonoMs);
    }

    /** The same node, away until then. */
    public Node awayUntil(long monoMs) {
        return new Node(identity, inventory, agentVersion, drain, monoMs);
    }
}
