package io.cattino.coordinator.core;

/**
 * How sure the leader is that a node is there; derived from when it was last heard, never
 * journaled.
 */
public enum NodeHealth {
    /** Heard within 6 s. */
    READY(""),
    /** Silent for 6 s, or its stream broke: no new tasks. */
    SUSPECT("no heartbeat for 6 s, or its connection broke"),
    /** Silent for 15 s, or its stream broke and 15 s went by. */
    UNREACHABLE("out of contact"),
    /** Said no hello in this epoch yet: no placements. */
    UNKNOWN("has not said hello to this leader yet"),
    /** Its agent said goodbye, and may still be back when it said. */
    AWAY("its agent was stopped"),
    /** Out of contact for the farm's {@code lost-after}: attempts that may be given up are. */
    LOST("lost contact");

    private final String text;

    NodeHealth(String text) {
        this.text = text;
    }

    /** What keeps tasks from it, for people; empty if nothing does. */
    public String text() {
        return text;
    }
}
