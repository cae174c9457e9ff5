package io.cattino.client;

/** How hard a task is killed. */
public enum Force {
    /** TERM, then the grace period, then KILL. */
    NO,
    /** KILL at once. */
    YES
}
