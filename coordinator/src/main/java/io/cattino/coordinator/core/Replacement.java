package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who waits for tasks that a submission replaces ({@code override-exist-tasks allow}): they wait
 * for the tasks that take their names, or else nothing could ever start them.
 */
final class Replacement {
    /** Those who wait, each with the names of those of its parents that go. */
    private final Map<TaskId, Map<TaskId, String>> waiting;

    private Replacement(Map<TaskId, Map<TaskId, String>> waiting) {
        this.waiting = waiting;
    }

    /** To be asked before the facts of the submission are true. */
    static Replacement of(ClusterState state, List<Fact> facts) {
        Map<TaskId, Map<TaskId, String>> waiting = new LinkedHashMap<>();
        for (Fact fact : facts) {
            if (fact instanceof Fact.Purged(_, List<TaskId> replaced)) {
                for (TaskId old : replaced) {
                    String name = state.table().get(old).fullname();
                    state.table()
                            .childrenOf(old)
                            .keySet()
                            .forEach(child ->
                                    waiting.computeIfAbsent(child, _ -> new LinkedHashMap<>())
                                            .put(old, name));
                }
            }
        }
        return new Replacement(waiting);
    }

    /** To be done once they are. */
    void rewire(Turn turn) {
        waiting.forEach((id, replaced) ->
                turn.state()
                        .task(id)
                        .filter(child -> child.state() instanceof TaskState.Blocked)
                        .ifPresent(child -> rewire(turn, child, replaced)));
    }

    private static void rewire(Turn turn, Task child, Map<TaskId, String> replaced) {
        List<Dependency> parents = new ArrayList<>();
        for (Dependency parent : child.parents()) {
            parents.add(
                    Optional.ofNullable(replaced.get(parent.parent()))
                            .flatMap(turn.state()::byName)
                            .map(now ->
                                    new Dependency(now.id(), now.fullname(), parent.condition()))
                            .orElse(parent));
        }
        // The replacement may itself wait for the child: then the child goes on waiting for what
        // is gone, and says so.
        if (!parents.equals(child.parents())
                && Ancestry.cycle(turn.state(), child, parents).isEmpty()) {
            turn.emit(new Fact.ParentsChanged(turn.at(), child.id(), parents));
        }
    }
}
