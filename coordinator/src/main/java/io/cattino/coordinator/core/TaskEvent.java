package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;

/**
 * One change of one task, for those who watch; published after the fact is durable.
 *
 * @param revision of the fact
 * @param task the record right after the fact; for {@link Kind#REMOVED} right before
 * @param user who submitted it
 */
public record TaskEvent(long revision, Kind kind, Task task, String user, long wallMs) {
    /** What happened. */
    public enum Kind {
        CREATED,
        PLACED,
        STARTED,
        OVER_USED,
        STOPPING,
        RETRY,
        FINISHED,
        RESUMED,
        CHANGED,
        REMOVED
    }

    /** Why the task was where it was then, in the words of lists. */
    public Reason reason() {
        return Reasons.ofRecord(task, kind == Kind.RETRY);
    }

    public SubmissionId submission() {
        return task.submission();
    }
}
