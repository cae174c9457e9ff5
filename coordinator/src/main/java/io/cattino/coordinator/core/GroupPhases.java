package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.GroupHooks.Phase;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Task;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What facts about tasks mean for the hooks of the groups around them. */
final class GroupPhases {

    private GroupPhases() {}

    static void placed(TaskTable tasks, Task task, AttemptId attempt) {
        in(tasks, task, new Phase.Waiting())
                .filter(group -> group.hooks().filter(GroupHooks::hasStart).isPresent())
                .forEach(group -> tasks.put(group.with(new Phase.Starting(attempt))));
    }

    /** Those that still wait have no on_start: another would have kept the task waiting. */
    static void started(TaskTable tasks, Task task, AttemptId attempt) {
        Stream.concat(
                        in(tasks, task, new Phase.Starting(attempt)),
                        in(tasks, task, new Phase.Waiting()))
                .forEach(group -> tasks.put(group.with(new Phase.Started())));
    }

    /** An on_start that is not over when its attempt ends is left to the next attempt. */
    static void ended(TaskTable tasks, Task task, Fact.Ended end) {
        List<Group> starting = in(tasks, task, new Phase.Starting(end.attempt())).toList();
        Phase next =
                GroupStart.failure(end.result()).isPresent()
                        ? new Phase.Failed()
                        : new Phase.Waiting();
        for (int i = 0; i < starting.size(); i++) {
            Phase phase = i < end.groupsStarted() ? new Phase.Started() : next;
            tasks.put(starting.get(i).with(phase));
        }
    }

    static void resumed(TaskTable tasks, Task task) {
        in(tasks, task, new Phase.Failed())
                .forEach(group -> tasks.put(group.with(new Phase.Waiting())));
    }

    static void ending(TaskTable tasks, Group group, Optional<NodeId> node) {
        tasks.put(group.with(new Phase.Ended(node)));
    }

    private static Stream<Group> in(TaskTable tasks, Task task, Phase phase) {
        return tasks.groupsOf(task.fullname()).stream()
                .filter(group -> group.hooks().map(GroupHooks::phase).equals(Optional.of(phase)));
    }
}
