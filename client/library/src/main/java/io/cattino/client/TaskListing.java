package io.cattino.client;

import java.util.List;

/**
 * The answer to a query.
 *
 * @param tasks in order of acceptance
 * @param unknownNames names of the query that are neither a task nor a group
 * @param revision the revision at which reading began; watching from here misses nothing
 */
public record TaskListing(List<TaskInfo> tasks, List<String> unknownNames, long revision) {

    public TaskListing {
        tasks = List.copyOf(tasks);
        unknownNames = List.copyOf(unknownNames);
    }
}
