package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * What one client call handed in, for ever under its request id.
 *
 * @param digest of the request, to tell a repetition from another request under the same id
 * @param contextId of the context that its tasks share
 * @param runDir absolute; a task's own directory is {@code <runDir>/<fullname>}
 * @param tasks in the order of the request, removed ones too
 */
public record Submission(
        SubmissionId id,
        String digest,
        String contextId,
        String runDir,
        long acceptedWallMs,
        List<TaskId> tasks) {
    public Submission {
        tasks = List.copyOf(tasks);
    }
}
