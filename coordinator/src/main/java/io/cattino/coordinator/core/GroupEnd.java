package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The on_end of groups: when each task of a group has ended or can no longer start, it becomes a
 * task of its own, once, for the node on which the last one ended. So it is journaled before it
 * starts, and what becomes of it is known like of any task.
 */
final class GroupEnd {
    private GroupEnd() {}

    /** Begins the end of groups that are over, inner before outer. */
    static void look(Turn turn, Observations observations, Reasons reasons) {
        for (Group group : turn.state().hookedGroups()) {
            if (mayEnd(group) && isOver(turn.state(), group, observations, reasons)) {
                turn.emit(
                        new Fact.GroupEnding(
                                turn.at(),
                                group.fullname(),
                                new TaskId(turn.state().nextTask()),
                                lastNode(turn.state(), group)));
            }
        }
    }

    private static boolean mayEnd(Group group) {
        return group.hooks()
                .filter(hooks ->
                        hooks.hasEnd() && hooks.phase() instanceof GroupHooks.Phase.Started)
                .isPresent();
    }

    /**
     * A large group is not searched at each look: one task that goes on is enough to know, best one
     * that ends late.
     */
    private static boolean isOver(
            ClusterState state, Group group, Observations observations, Reasons reasons) {
        Optional<Task> witness = observations.witness(group.fullname()).flatMap(state::task);
        if (witness.filter(task -> goesOn(task, reasons)).isPresent()) {
            return false;
        }
        Optional<Task> another =
                state.under(group.fullname()).reversed().stream()
                        .filter(task -> goesOn(task, reasons))
                        .findFirst();
        another.ifPresent(task -> observations.witness(group.fullname(), task.id()));
        return another.isEmpty();
    }

    /** What a person holds is meant to go on. */
    private static boolean goesOn(Task task, Reasons reasons) {
        return task.state() instanceof TaskState.Held || (!task.finished() && !reasons.stuck(task));
    }

    private static Optional<NodeId> lastNode(ClusterState state, Group group) {
        return state.under(group.fullname()).stream()
                .flatMap(task -> task.lastAttempt().stream())
                .max(
                        Comparator.comparingLong(
                                attempt -> attempt.end().map(end -> end.wallMs()).orElse(0L)))
                .map(Attempt::node);
    }

    /** The task. */
    static Task task(Group group, TaskId id, SubmissionId submission, Time at) {
        PythonObject python = group.hooks().orElseThrow().python();
        TaskSpec spec =
                new TaskSpec(
                        group.fullname() + "/" + GroupHooks.END,
                        new Command(
                                List.of("on_end of " + group.fullname()),
                                false,
                                Optional.of(python.with(PythonObject.Kind.GROUP_END))),
                        new DeviceNeed.None(),
                        0,
                        Integer.MAX_VALUE,
                        new TreeMap<>(),
                        new TreeMap<>(),
                        null,
                        LossPolicy.UNSAID);
        return Task.accepted(id, spec, submission, at, new TaskState.Queued(0));
    }

    /** Whether it is one. */
    static boolean is(Task task) {
        return task.fullname().endsWith("/" + GroupHooks.END);
    }

    /** Where a task is to run if that node is there; empty: anywhere. */
    static Optional<NodeId> node(ClusterState state, Task task) {
        if (!is(task)) {
            return Optional.empty();
        }
        return state.group(TaskTable.parentOf(task.fullname()))
                .flatMap(Group::hooks)
                .map(GroupHooks::phase)
                .filter(GroupHooks.Phase.Ended.class::isInstance)
                .flatMap(phase -> ((GroupHooks.Phase.Ended) phase).node());
    }
}
