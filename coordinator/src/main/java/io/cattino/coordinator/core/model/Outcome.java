package io.cattino.coordinator.core.model;

import java.util.OptionalInt;

/**
 * How a task ended; changes only by a person's command, which makes a new attempt.
 *
 * @param text one sentence for people; may be empty
 * @param hint what would help, often a command; may be empty
 */
public record Outcome(
        Verdict verdict, ReasonCode code, String text, String hint, OptionalInt exitCode) {
    /** Three of the five words people see. */
    public enum Verdict {
        DONE(TaskStatus.DONE),
        FAILED(TaskStatus.FAILED),
        CANCELLED(TaskStatus.CANCELLED);

        private final TaskStatus status;

        Verdict(TaskStatus status) {
            this.status = status;
        }

        /** Of a task that ended so. */
        public TaskStatus status() {
            return status;
        }
    }
}
