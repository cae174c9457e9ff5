package io.cattino.client;

/** The five words that say how far a task is. */
public enum TaskStatus {
    /**
     * Not started: it is blocked by a dependency, queued, or a node was just chosen. The reason
     * says which.
     */
    WAITING("Waiting"),
    /**
     * An attempt runs on a node, or is being stopped, or its node is lost and its fate not known
     * yet.
     */
    RUNNING("Running"),
    /** Ended with exit code 0. */
    DONE("Done"),
    /**
     * Ended otherwise: exit code, signal, {@code kill}, or it could not be started. The reason says
     * which.
     */
    FAILED("Failed"),
    /** Somebody called it off before it ended by itself. */
    CANCELLED("Cancelled");

    private final String word;

    TaskStatus(String word) {
        this.word = word;
    }

    /**
     * The word that people read: {@code Waiting}, {@code Running}, {@code Done}, {@code Failed},
     * {@code Cancelled}.
     */
    public String word() {
        return word;
    }

    /**
     * Whether the task is over: Done, Failed or Cancelled. Only a user's command takes it out of
     * that state.
     */
    public boolean isEnded() {
        return this == DONE || this == FAILED || this == CANCELLED;
    }

    /**
     * The status of that name, in any case.
     *
     * @throws IllegalArgumentException for any other word; the message lists the five
     */
    public static TaskStatus parse(String word) {
        for (TaskStatus status : values()) {
            if (status.word.equalsIgnoreCase(word)) {
                return status;
            }
        }
        throw new IllegalArgumentException(
                "'%s' is no status; there are: Waiting, Running, Done, Failed, Cancelled"
                        .formatted(word));
    }

    /** {@link #word()}. */
    @Override
    public String toString() {
        return word;
    }
}
