package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.Time;
import java.util.List;

/**
 * The whole state as plain values, what a snapshot holds: only what cannot be derived. Every list
 * is in the order of its key, the answers are in that of their age, what is learned of memory in
 * that of the last run.
 *
 * @param revision ordinal of the last fact in it
 * @param nextTask id that the next task gets
 * @param now time of the last fact in it
 * @param fenceHoldUntilMonoMs of cluster time; 0: there never was one
 */
public record StateImage(
        long revision,
        long epoch,
        long nextTask,
        Time now,
        Settings settings,
        long fenceHoldUntilMonoMs,
        List<Context> contexts,
        List<Submission> submissions,
        List<Group> groups,
        List<Task> tasks,
        List<Allocation> allocations,
        List<Node> nodes,
        List<Fact.Answered> answers,
        List<MemoryRuns> memory) {
    public StateImage {
        contexts = List.copyOf(contexts);
        submissions = List.copyOf(submissions);
        groups = List.copyOf(groups);
        tasks = List.copyOf(tasks);
        allocations = List.copyOf(allocations);
        nodes = List.copyOf(nodes);
        answers = List.copyOf(answers);
        memory = List.copyOf(memory);
    }
}
