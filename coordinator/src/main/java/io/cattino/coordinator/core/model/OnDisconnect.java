package io.cattino.coordinator.core.model;

/** What becomes of a running attempt whose node lost contact for longer than {@code lostAfter}. */
public enum OnDisconnect {
    /** The farm's default. */
    DEFAULT,
    /** A new attempt elsewhere, once the node's fence has killed this one. */
    REQUEUE,
    /** Never replaced, never fenced. */
    WAIT,
    /** The task fails. */
    FAIL
}
