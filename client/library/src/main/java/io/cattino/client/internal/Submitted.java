package io.cattino.client.internal;

import io.cattino.client.Prospect;
import java.util.List;

/**
 * What a coordinator made of a submission.
 *
 * @param tasks in the order of the submission
 * @param prospects where the first of them are, or would start
 */
public record Submitted(
        String submissionId,
        long revision,
        String runDir,
        List<StoredTask> tasks,
        List<Prospect> prospects) {

    public Submitted {
        tasks = List.copyOf(tasks);
        prospects = List.copyOf(prospects);
    }

    /** A task under its final name. */
    public record StoredTask(long id, String fullname) {}
}
