package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Task;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The on_start of groups: the first attempt that is placed runs it before itself, outer group
 * before inner; the other tasks wait until that has started, and fail if the hook does.
 */
final class GroupStart {

    private GroupStart() {}

    /** Whether the on_start of a group around the task runs just now. */
    static boolean waits(ClusterState state, Task task) {
        return !state.hookedGroups().isEmpty() && starting(state, task).isPresent();
    }

    /** The group that keeps the task waiting. */
    static Optional<Group> starting(ClusterState state, Task task) {
        return state.groupsOf(task).stream()
                .filter(group ->
                        group.hooks()
                                .filter(GroupHooks::hasStart)
                                .map(GroupHooks::phase)
                                .filter(GroupHooks.Phase.Starting.class::isInstance)
                                .isPresent())
                .findFirst();
    }

    /** The groups whose on_start the attempt runs before itself. */
    static List<Group> by(ClusterState state, Task task, AttemptId attempt) {
        GroupHooks.Phase starting = new GroupHooks.Phase.Starting(attempt);
        return state.groupsOf(task).stream()
                .filter(group ->
                        group.hooks()
                                .filter(GroupHooks::hasStart)
                                .map(GroupHooks::phase)
                                .equals(Optional.of(starting)))
                .toList();
    }

    /**
     * What follows where an on_start failed: no task of the group can run.
     *
     * @param starting groups whose on_start the attempt ran
     */
    static void fail(Turn turn, List<Group> starting, AttemptResult result) {
        if (!(result instanceof AttemptResult.LaunchFailed failed)
                || failed.code() != ReasonCode.GROUP_HOOK_FAILED) {
            return;
        }
        for (Group group : starting) {
            for (Task task : turn.state().under(group.fullname())) {
                if (!task.finished() && task.liveAttempt().isEmpty()) {
                    turn.emit(new Fact.Finished(turn.at(), task.id(), outcome(failed.text())));
                }
            }
        }
    }

    private static Outcome outcome(String text) {
        return new Outcome(
                Outcome.Verdict.FAILED, ReasonCode.HOOK_FAILED, text, "", OptionalInt.empty());
    }
}
