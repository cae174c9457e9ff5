package io.cattino.client;

/** What happens when a name of a submission is taken already. */
public enum OverrideMode {
    /** As the cluster's setting {@code override-exist-tasks} says. */
    DEFAULT,
    /** The whole submission is refused with {@link MeowException.AlreadyExists}. */
    FORBID,
    /** A task that has ended is replaced; an active one refuses the submission. */
    ALLOW,
    /** The outermost name gets {@code _1}, {@code _2}, ... until it is free. */
    RENAME
}
