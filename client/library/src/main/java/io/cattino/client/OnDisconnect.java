package io.cattino.client;

/**
 * What becomes of a running task whose node is out of contact for longer than the farm's {@code
 * lostAfter}.
 */
public enum OnDisconnect {
    /** As the farm does by default: wait with one coordinator, requeue with several. */
    DEFAULT,
    /**
     * A new attempt is started elsewhere, once the old one is proved dead. Not supported yet:
     * coordinators refuse a submission that asks for it.
     */
    REQUEUE,
    /** The attempt is neither replaced nor killed; the task goes on when the node is back. */
    WAIT,
    /** The task fails. Not supported yet, as {@link #REQUEUE}. */
    FAIL
}
