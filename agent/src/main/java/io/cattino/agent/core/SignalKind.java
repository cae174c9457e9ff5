package io.cattino.agent.core;

/** What is sent to the processes of an attempt. */
public enum SignalKind {
    /** Asks them to end. */
    TERM,
    /** Ends them. */
    KILL
}
