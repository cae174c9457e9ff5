package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Input.AttemptEvent;
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
 * before inner; the other tasks of a group wait until that is known to be over, and fail if the
 * group's hook does.
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

    /** Why an on_start failed, that of the first group that had not started; empty if none did. */
    static Optional<String> failure(AttemptResult result) {
        return result instanceof AttemptResult.LaunchFailed launch
                        && launch.code() == ReasonCode.GROUP_HOOK_FAILED
                ? Optional.of(launch.text())
                : Optional.empty();
    }

    /**
     * How many groups have started: what the agent says, as far as that can be.
     *
     * @param starting groups whose on_start the attempt ran
     */
    static int started(List<Group> starting, AttemptEvent.Ended end) {
        int most = starting.size() - (failure(end.result()).isPresent() ? 1 : 0);
        return Math.clamp(end.groupsStarted(), 0, Math.max(0, most));
    }

    /**
     * What follows where an on_start failed: no task of the group can run.
     *
     * @param notStarted groups whose on_start the attempt was to run and that have not started
     */
    static void fail(Turn turn, List<Group> notStarted, AttemptResult result) {
        failure(result).ifPresent(text -> notStarted.forEach(group -> fail(turn, group, text)));
    }

    private static void fail(Turn turn, Group group, String text) {
        for (Task task : turn.state().under(group.fullname())) {
            if (!task.finished() && task.liveAttempt().isEmpty()) {
                turn.emit(new Fact.Finished(turn.at(), task.id(), outcome(text)));
            }
        }
    }

    private static Outcome outcome(String text) {
        return new Outcome(
                Outcome.Verdict.FAILED, ReasonCode.HOOK_FAILED, text, "", OptionalInt.empty());
    }
}
