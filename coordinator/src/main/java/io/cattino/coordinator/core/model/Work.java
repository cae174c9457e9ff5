package io.cattino.coordinator.core.model;

/**
 * By what it is known that two runs do the same: hashes, so that they are short.
 *
 * @param exact of the command as it is; 0: it does not matter
 * @param family of the command without what differs between the runs of a sweep
 */
public record Work(long exact, long family) {
    /** Nobody has looked yet. */
    public static final Work UNKNOWN = new Work(0, 0);

    /** The same, whatever the command was in detail. */
    public Work anyOfFamily() {
        return new Work(0, family);
    }
}
