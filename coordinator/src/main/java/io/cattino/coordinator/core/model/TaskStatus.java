package io.cattino.coordinator.core.model;

/** The five words people see. */
public enum TaskStatus {
    /** Not running, and not over. */
    WAITING("Waiting"),
    /** Its command runs, also while it is being stopped. */
    RUNNING("Running"),
    /** Ended with exit code 0. */
    DONE("Done"),
    /** Ended otherwise by itself, or was killed. */
    FAILED("Failed"),
    /** Called off. */
    CANCELLED("Cancelled");

    private final String word;

    TaskStatus(String word) {
        this.word = word;
    }

    /** As every surface shows it. */
    public String word() {
        return word;
    }
}
