package io.cattino.client;

/**
 * What becomes of a running task whose node is out of contact for longer than the task's {@code
 * lostAfter}, or the farm's.
 */
public enum OnDisconnect {
    /**
     * As the farm's setting {@code on-disconnect} says: wait with one coordinator, else requeue.
     */
    DEFAULT,
    /** Another attempt is made elsewhere; the node itself has killed the old one before that. */
    REQUEUE,
    /** The attempt is neither replaced nor killed; the task goes on when the node is back. */
    WAIT,
    /** The task fails with reason {@code NodeLost}; the node itself has killed the attempt. */
    FAIL
}
