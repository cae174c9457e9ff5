package io.cattino.client;

import java.util.List;

/**
 * Tasks after waiting for them: each has ended, was removed, or can no longer start without a
 * person.
 *
 * @param tasks the tasks as they were last seen, in the order of acceptance
 */
public record WaitResult(List<TaskInfo> tasks) {

    public WaitResult {
        tasks = List.copyOf(tasks);
    }

    /** Whether every task is Done. */
    public boolean allDone() {
        return tasks.stream().allMatch(task -> task.status() == TaskStatus.DONE);
    }

    /** Those that can no longer start without a person; their reason says why. */
    public List<TaskInfo> stuck() {
        return tasks.stream().filter(TaskInfo::stuck).toList();
    }

    /** Those that ended as Failed or Cancelled. */
    public List<TaskInfo> unsuccessful() {
        return tasks.stream()
                .filter(task -> task.status().isEnded() && task.status() != TaskStatus.DONE)
                .toList();
    }
}
