package io.cattino.client.internal;

import io.cattino.client.TaskInfo;
import java.util.List;

/**
 * Tasks as they were read, page by page.
 *
 * @param tasks in order of acceptance
 * @param unknownNames names that are neither a task nor a group
 * @param revision of the first page: what happened after it may or may not show
 */
record Snapshot(List<Seen> tasks, List<String> unknownNames, long revision) {

    Snapshot {
        tasks = List.copyOf(tasks);
        unknownNames = List.copyOf(unknownNames);
    }

    /** A task and the revision of its page: everything up to there shows in it. */
    record Seen(TaskInfo task, long revision) {}
}
