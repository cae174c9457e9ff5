package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who comes before whom, among stored tasks. Iterative: a chain may be 100,000 long. */
final class Ancestry {
    private Ancestry() {}

    /**
     * The way round that a task's new parents would close, as fullnames, first = last; empty if
     * there is none.
     */
    static List<String> cycle(ClusterState state, Task task, List<Dependency> parents) {
        Map<TaskId, TaskId> cameFrom = new HashMap<>();
        Deque<TaskId> look = new ArrayDeque<>();
        for (Dependency parent : parents) {
            if (cameFrom.putIfAbsent(parent.parent(), task.id()) == null) {
                look.add(parent.parent());
            }
        }
        while (!look.isEmpty()) {
            TaskId at = look.remove();
            if (at.equals(task.id())) {
                return path(state, task, cameFrom);
            }
            for (Dependency parent : state.task(at).map(Task::parents).orElse(List.of())) {
                if (cameFrom.putIfAbsent(parent.parent(), at) == null) {
                    look.add(parent.parent());
                }
            }
        }
        return List.of();
    }

    private static List<String> path(ClusterState state, Task task, Map<TaskId, TaskId> cameFrom) {
        List<String> names = new ArrayList<>(List.of(task.fullname()));
        for (TaskId at = cameFrom.get(task.id());
                at != null && !at.equals(task.id());
                at = cameFrom.get(at)) {
            names.add(state.task(at).map(Task::fullname).orElse(at.toString()));
        }
        names.add(task.fullname());
        return names;
    }

    /** The same tasks, each after those of its parents that are among them. */
    static List<TaskId> parentsFirst(ClusterState state, Collection<TaskId> ids) {
        Set<TaskId> chosen = new LinkedHashSet<>(ids);
        Set<TaskId> done = new LinkedHashSet<>();
        Deque<TaskId> look = new ArrayDeque<>();
        Set<TaskId> opened = new LinkedHashSet<>();
        for (TaskId id : chosen) {
            look.push(id);
            while (!look.isEmpty()) {
                TaskId at = look.peek();
                if (opened.add(at)) {
                    state.task(at).map(Task::parents).orElse(List.of()).stream()
                            .map(Dependency::parent)
                            .filter(parent -> chosen.contains(parent) && !opened.contains(parent))
                            .forEach(look::push);
                } else {
                    done.add(look.pop());
                }
            }
        }
        return List.copyOf(done);
    }
}
