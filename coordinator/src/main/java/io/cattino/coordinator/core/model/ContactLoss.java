package io.cattino.coordinator.core.model;

/**
 * What becomes of an attempt whose node stays out of contact; decided when it is placed, for its
 * node's fence is told then.
 *
 * @param lostAfterMs how long that has to be, in milliseconds
 * @param fail the task fails; otherwise another attempt is made
 */
public record ContactLoss(long lostAfterMs, boolean fail) {
    private static final long SMALLEST_MARGIN_MS = 5_000;

    /**
     * How long after the end of its lease a node has to have killed the attempt, in milliseconds: a
     * tenth earlier than the leader gives it up, for clocks that run differently, and at least 5 s,
     * for a leader that finds out late that it is none, and for the fence to look and kill.
     */
    public long fenceAfterMs() {
        return lostAfterMs - Math.max(SMALLEST_MARGIN_MS, lostAfterMs / 10);
    }
}
