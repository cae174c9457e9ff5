package io.cattino.coordinator.core.model;

import org.jspecify.annotations.Nullable;

/** A machine that has registered and was not forgotten. */
public record Node(
        NodeIdentity identity,
        NodeInventory inventory,
        String agentVersion,
        @Nullable Drain drain) {
    public NodeId id() {
        return identity.id();
    }

    public String name() {
        return identity.name();
    }

    /** The same node, drained otherwise. */
    public Node withDrain(@Nullable Drain value) {
        return new Node(identity, inventory, agentVersion, value);
    }
}
