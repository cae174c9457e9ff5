package io.cattino.agent.probe.nvml;

/** What becomes of a card of which the driver reports an Xid. */
public enum XidAction {
    /** It is shown. */
    IGNORE,
    /** What runs on it is killed, and tried again; the card stays in use. */
    FAIL,
    /** Nothing new is placed on it before it was reset, or an operator says so. */
    QUARANTINE
}
