package io.cattino.client;

import org.jspecify.annotations.Nullable;

/**
 * What a command did to one task or name.
 *
 * @param fullname the task, or the name that there is no task for
 * @param taskId the task's number; 0 if there is none
 * @param outcome what became of the command
 * @param status the task's status after it; null where there is no task
 * @param message what was in the way, or what else follows; may be empty
 */
public record TaskChange(
        String fullname,
        long taskId,
        Outcome outcome,
        @Nullable TaskStatus status,
        String message) {

    /** What became of a command for one task or name. */
    public enum Outcome {
        /** Done, or under way: a running task is being stopped. */
        CHANGED,
        /** The task is not in a state that the command applies to. */
        WRONG_STATE,
        /** There is no such task or group. */
        NOT_FOUND
    }

    /** Whether the command did something. */
    public boolean isChanged() {
        return outcome == Outcome.CHANGED;
    }
}
