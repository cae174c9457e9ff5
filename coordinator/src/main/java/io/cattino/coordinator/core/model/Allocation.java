package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * What an attempt holds of its node until that is verified free; a record of its own, since a
 * finished task can still hold its card.
 *
 * @param whole nobody else may be promised anything on these devices
 */
public record Allocation(
        AttemptId attempt,
        NodeId node,
        List<DeviceShare> devices,
        boolean whole,
        int cpus,
        Hold hold) {
    public Allocation {
        devices = List.copyOf(devices);
    }

    /** How firmly. */
    public enum Hold {
        /** The attempt is placed or running. */
        HELD,
        /** It ended; its processes are not proved gone yet. */
        CLEANING,
        /** Something of it could not be killed; an operator has to look. */
        QUARANTINED
    }

    /** The same allocation, held otherwise. */
    public Allocation with(Hold value) {
        return new Allocation(attempt, node, devices, whole, cpus, value);
    }
}
