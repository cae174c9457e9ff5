package io.cattino.client;

import java.util.List;
import java.util.Optional;

/**
 * A group as it was when it was read: the tasks that lie in it, at any depth.
 *
 * @param fullname the group's fullname
 * @param tasks its tasks, in order of acceptance
 */
public record GroupInfo(String fullname, List<TaskInfo> tasks) {

    public GroupInfo {
        tasks = List.copyOf(tasks);
    }

    /** The status that all its tasks share; empty if they differ. */
    public Optional<TaskStatus> status() {
        List<TaskStatus> distinct = tasks.stream().map(TaskInfo::status).distinct().toList();
        return distinct.size() == 1 ? Optional.of(distinct.getFirst()) : Optional.empty();
    }

    /** How many of its tasks are in that status. */
    public int count(TaskStatus status) {
        return (int) tasks.stream().filter(task -> task.status() == status).count();
    }
}
