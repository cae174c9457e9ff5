package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * What an attempt holds of its node until that is verified free; a record of its own, since a
 * finished task can still hold its card.
 *
 * @param whole nobody else may be promised anything on these devices
 * @param trouble why it is quarantined, for people; empty unless it is
 */
public record Allocation(
        AttemptId attempt,
        NodeId node,
        List<DeviceShare> devices,
        boolean whole,
        int cpus,
        Hold hold,
        String trouble) {
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

    /** Of an attempt that is placed. */
    public static Allocation held(
            AttemptId attempt, NodeId node, List<DeviceShare> devices, boolean whole, int cpus) {
        return new Allocation(attempt, node, devices, whole, cpus, Hold.HELD, "");
    }

    /** The same allocation, of an attempt that has ended. */
    public Allocation cleaning() {
        return new Allocation(attempt, node, devices, whole, cpus, Hold.CLEANING, "");
    }

    /** The same allocation, which cannot be freed. */
    public Allocation quarantined(String why) {
        return new Allocation(attempt, node, devices, whole, cpus, Hold.QUARANTINED, why);
    }
}
