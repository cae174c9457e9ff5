package io.cattino.client.internal;

import java.util.List;

/**
 * What a coordinator made of a submission.
 *
 * @param tasks in the order of the submission
 */
public record Submitted(String submissionId, long revision, String runDir, List<StoredTask> tasks) {

    public Submitted {
        tasks = List.copyOf(tasks);
    }

    /** A task under its final name. */
    public record StoredTask(long id, String fullname) {}
}
