package io.cattino.coordinator.core.model;

/** What becomes of an attempt that uses more device memory than it was promised. */
public enum OverUsePolicy {
    /** It is told to people. */
    WARN,
    /** It is stopped as soon as others on the device could not have what they were promised. */
    PROTECT,
    /** It is stopped. */
    KILL
}
