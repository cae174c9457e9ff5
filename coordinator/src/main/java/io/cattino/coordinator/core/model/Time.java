package io.cattino.coordinator.core.model;

/**
 * A moment as the leader's loop stamped it.
 *
 * @param monoMs cluster time in milliseconds: monotonic, goes on over leaderships from the last
 *     journaled value, never more than 1 s per tick; what deadlines are made of
 * @param wallMs wall clock in milliseconds since the epoch: for display and retention, never for
 *     order
 */
public record Time(long monoMs, long wallMs) {
    public static final Time ZERO = new Time(0, 0);
}
