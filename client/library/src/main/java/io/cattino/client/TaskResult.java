package io.cattino.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param taskId the task's number
 * @param fullname its fullname
 * @param status Done, Failed or Cancelled
 * @param exitCode exit code of the last attempt, 128+n for signal n; null if no command ran
 * @param reason why it ended so
 * @param attempt number of the last attempt; 0 if there was none
 * @param node where that ran; empty if nowhere
 * @param endTime when it ended; null if the server did not say
 */
public record TaskResult(
        long taskId,
        String fullname,
        TaskStatus status,
        @Nullable Integer exitCode,
        Reason reason,
        int attempt,
        String node,
        @Nullable Instant endTime) {

    /** Whether the task is Done. */
    public boolean isDone() {
        return status == TaskStatus.DONE;
    }

    /**
     * The result of a task that has ended.
     *
     * @throws IllegalArgumentException if it has not
     */
    public static TaskResult of(TaskInfo task) {
        if (!task.status().isEnded()) {
            throw new IllegalArgumentException(
                    "task '%s' has not ended: it is %s".formatted(task.fullname(), task.status()));
        }
        return new TaskResult(
                task.id(),
                task.fullname(),
                task.status(),
                task.exitCode(),
                task.reason(),
                task.attempt(),
                task.node(),
                task.endTime());
    }
}
