package io.cattino.coordinator.core.model;

/**
 * What a task's attempts have counted up since a person last (re)started it.
 *
 * @param attempts ever placed, over all restarts: the number of the newest attempt
 * @param retries exits with code 100, and tries with more memory
 * @param crashes vanished or lost attempts
 * @param infrastructure failures of nodes to start it, in a row
 */
public record Tally(int attempts, int retries, int crashes, int infrastructure) {
    public static final Tally ZERO = new Tally(0, 0, 0, 0);

    /** One more attempt was placed. */
    public Tally placed() {
        return new Tally(attempts + 1, retries, crashes, infrastructure);
    }

    /** The command ran, so the nodes are not to blame any more. */
    public Tally started() {
        return new Tally(attempts, retries, crashes, 0);
    }

    /** One more of the given kind. */
    public Tally count(Requeue kind) {
        return switch (kind) {
            case RETRY, OUT_OF_MEMORY -> new Tally(attempts, retries + 1, crashes, infrastructure);
            case CRASH -> new Tally(attempts, retries, crashes + 1, infrastructure);
            case INFRASTRUCTURE -> new Tally(attempts, retries, crashes, infrastructure + 1);
            case DRAIN -> this;
        };
    }

    /** A person starts it afresh. */
    public Tally reset() {
        return new Tally(attempts, 0, 0, 0);
    }
}
