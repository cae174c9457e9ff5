package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives the tasks of a submission their final names. A fullname is a task or a group, never both;
 * no task lies inside another; a group made by a script is closed.
 */
final class Naming {
    /** Bytes of UTF-8 in one part of a fullname. */
    private static final int LONGEST_PART = 254;

    /** Bytes of UTF-8 in a whole one. */
    private static final int LONGEST_NAME = 1_024;

    private final ClusterState state;
    private final OverrideMode mode;
    private final Set<String> asked = new TreeSet<>();
    private final Set<String> open = new TreeSet<>();
    private final Map<String, String> renamed = new HashMap<>();
    private final Set<String> newNames = new HashSet<>();
    private final Set<TaskId> replaced = new LinkedHashSet<>();

    private Naming(ClusterState state, OverrideMode mode) {
        this.state = state;
        this.mode = mode;
    }

    /** The outcome. */
    sealed interface Result {
        /**
         * There is room for all of them.
         *
         * @param tasks as handed in, under their final fullnames
         * @param replaced finished tasks that make room
         */
        record Named(List<TaskSpec> tasks, List<Group> groups, List<TaskId> replaced)
                implements Result {}

        record Refused(Rejection rejection) implements Result {}
    }

    static Result of(
            ClusterState state, List<TaskSpec> tasks, List<Group> listed, OverrideMode mode) {
        return new Naming(state, mode).name(tasks, SubmissionPlan.groupsOf(tasks, listed));
    }

    private Result name(List<TaskSpec> tasks, List<Group> groups) {
        Optional<Rejection> inside = conflictInside(tasks, groups);
        if (inside.isPresent()) {
            return new Result.Refused(inside.get());
        }
        Map<String, List<TaskSpec>> byOutermost = new TreeMap<>();
        for (TaskSpec task : tasks) {
            byOutermost
                    .computeIfAbsent(TaskTable.outermost(task.fullname()), _ -> new ArrayList<>())
                    .add(task);
        }
        asked.addAll(byOutermost.keySet());
        groups.stream().filter(Group::open).map(Group::fullname).forEach(open::add);
        for (Map.Entry<String, List<TaskSpec>> entry : byOutermost.entrySet()) {
            Optional<Rejection> refused = settle(entry.getKey(), entry.getValue());
            if (refused.isPresent()) {
                return new Result.Refused(refused.get());
            }
        }
        return new Result.Named(
                tasks.stream().map(this::rename).toList(),
                groups.stream().map(g -> g.withFullname(rename(g.fullname()))).toList(),
                List.copyOf(replaced));
    }

    private static Optional<Rejection> conflictInside(List<TaskSpec> tasks, List<Group> groups) {
        Set<String> groupNames = new TreeSet<>();
        groups.forEach(group -> groupNames.add(group.fullname()));
        Set<String> seen = new TreeSet<>();
        for (TaskSpec task : tasks) {
            String name = task.fullname();
            if (!seen.add(name)) {
                return Optional.of(
                        new Rejection.Invalid(
                                "tasks",
                                "two tasks are named '" + name + "'",
                                "give each its own name"));
            }
            if (groupNames.contains(name)) {
                return Optional.of(
                        new Rejection.Invalid(
                                "tasks",
                                "'" + name + "' is a task and a group",
                                "rename one of the two"));
            }
        }
        return Optional.empty();
    }

    /** Finds room for everything under one outermost name. */
    private Optional<Rejection> settle(String outermost, List<TaskSpec> tasks) {
        Set<String> inTheWay = new TreeSet<>();
        tasks.forEach(task -> inTheWay(task.fullname()).ifPresent(inTheWay::add));
        if (inTheWay.isEmpty()) {
            return Optional.empty();
        }
        return switch (mode) {
            case FORBID -> Optional.of(exists(inTheWay.iterator().next()));
            case RENAME -> {
                int i = 1;
                while (taken(outermost + "_" + i)) {
                    i++;
                }
                renamed.put(outermost, outermost + "_" + i);
                newNames.add(outermost + "_" + i);
                yield tooLong(inTheWay.iterator().next(), outermost, tasks);
            }
            case ALLOW -> replace(inTheWay);
        };
    }

    /** Whether a new name would be longer than a name may be. */
    private Optional<Rejection> tooLong(String name, String outermost, List<TaskSpec> tasks) {
        String other = rename(outermost);
        boolean fits =
                bytes(other) <= LONGEST_PART
                        && tasks.stream()
                                .allMatch(task -> bytes(rename(task.fullname())) <= LONGEST_NAME);
        return fits
                ? Optional.empty()
                : Optional.of(
                        new Rejection.NameExists(
                                name,
                                "'"
                                        + name
                                        + "' already exists, and renamed to '"
                                        + other
                                        + "' a fullname would be too long",
                                "choose a shorter name"));
    }

    private static int bytes(String name) {
        return name.codePoints().map(Naming::bytes).sum();
    }

    /** Of a character in UTF-8. */
    private static int bytes(int c) {
        return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    private boolean taken(String name) {
        return state.byName(name).isPresent()
                || state.isGroup(name)
                || asked.contains(name)
                || newNames.contains(name);
    }

    /**
     * The stored task or group that leaves no room for a task of this name: the outermost one, on
     * the way to it, that is not a group open on both sides.
     */
    private Optional<String> inTheWay(String fullname) {
        for (int end = fullname.indexOf('/'); ; end = fullname.indexOf('/', end + 1)) {
            String name = end < 0 ? fullname : fullname.substring(0, end);
            if (state.byName(name).isPresent()) {
                return Optional.of(name);
            }
            Optional<Group> group = state.group(name);
            if (group.isPresent() && !(end >= 0 && group.get().open() && open.contains(name))) {
                return Optional.of(name);
            }
            if (end < 0 || group.isEmpty()) {
                // Below a group that does not exist there is nothing.
                return Optional.empty();
            }
        }
    }

    /** Makes room by forgetting what has ended: the whole task or group of each name. */
    private Optional<Rejection> replace(Set<String> inTheWay) {
        for (String name : inTheWay) {
            List<Task> old = state.byName(name).map(List::of).orElseGet(() -> state.under(name));
            for (Task task : old) {
                if (!task.finished()) {
                    return Optional.of(
                            new Rejection.NameExists(
                                    task.fullname(),
                                    "'"
                                            + task.fullname()
                                            + "' already exists and has not ended ("
                                            + task.status().word()
                                            + ")",
                                    "only finished tasks are replaced; wait for it, cancel it, or use --override rename"));
                }
                replaced.add(task.id());
            }
        }
        return Optional.empty();
    }

    private TaskSpec rename(TaskSpec task) {
        String name = rename(task.fullname());
        return name.equals(task.fullname()) ? task : task.withFullname(name);
    }

    private String rename(String fullname) {
        String outermost = TaskTable.outermost(fullname);
        String other = renamed.get(outermost);
        return other == null ? fullname : other + fullname.substring(outermost.length());
    }

    private Rejection exists(String name) {
        String what =
                state.byName(name)
                        .map(task -> "a task: " + task.status().word())
                        .orElse("a group, which is not open to others");
        return new Rejection.NameExists(
                name,
                "'" + name + "' already exists (" + what + ")",
                "--override rename gives it a new name, --override allow replaces it once it has ended");
    }
}
