package io.cattino.coordinator.core.model;

/** What happens when a name exists already. */
public enum OverrideMode {
    FORBID,
    ALLOW,
    RENAME
}
