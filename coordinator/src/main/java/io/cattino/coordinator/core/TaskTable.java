package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Dependency.Condition;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.placement.Census;
import io.cattino.coordinator.core.placement.Mix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The tasks and everything derived from them: names, groups, edges with their ready counters, the
 * queue, who ended when.
 */
final class TaskTable {
    /** Order of retention: who ended first goes first. */
    record Ended(long wallMs, TaskId task) implements Comparable<Ended> {
        private static final Comparator<Ended> ORDER =
                Comparator.comparingLong(Ended::wallMs).thenComparing(Ended::task);

        @Override
        public int compareTo(Ended other) {
            return ORDER.compare(this, other);
        }
    }

    private final TreeMap<TaskId, Task> tasks = new TreeMap<>();
    private final TreeMap<String, TaskId> names = new TreeMap<>();
    private final TreeMap<String, Group> groups = new TreeMap<>();
    private final TreeSet<String> hooked = new TreeSet<>();

    /** Parent, whether it still exists or not, to those who wait for it. */
    private final Map<TaskId, Map<TaskId, Condition>> children = new HashMap<>();

    private final Map<String, Integer> unfinishedUnder = new HashMap<>();
    private final TreeSet<Ended> ended = new TreeSet<>();
    private final PendingQueue queue;
    private final Census census = new Census();
    private long fingerprint;

    /**
     * @param asks what a need is as things are, as {@link PendingQueue} wants it
     */
    TaskTable(UnaryOperator<DeviceNeed> asks) {
        this.queue = new PendingQueue(asks);
    }

    /**
     * Takes tasks in that come together; parents may come after children. States are theirs
     * already.
     */
    void addAll(Collection<Task> added) {
        for (Task task : added) {
            tasks.put(task.id(), task);
            names.put(task.fullname(), task.id());
            fingerprint += Fingerprint.of(task);
            census.add(kind(task));
            enter(task);
        }
        for (Task task : added) {
            for (Dependency parent : task.parents()) {
                children.computeIfAbsent(parent.parent(), _ -> new LinkedHashMap<>())
                        .put(task.id(), parent.condition());
            }
        }
    }

    /**
     * Replaces the record of a task, and tells its children if that satisfies or breaks their
     * dependency.
     */
    void put(Task task) {
        Task old = get(task.id());
        leave(old);
        tasks.put(task.id(), task);
        fingerprint += Fingerprint.change(old, task);
        enter(task);
        if (!kind(old).equals(kind(task))) {
            census.remove(kind(old));
            census.add(kind(task));
        }
        if (!old.fullname().equals(task.fullname())) {
            rename(old.fullname(), task);
        }
        if (old.finished() != task.finished() || old.done() != task.done()) {
            tellChildren(old, task);
        }
    }

    /** A task got another name in the same group; those who wait for it know it by that. */
    private void rename(String before, Task task) {
        names.remove(before);
        names.put(task.fullname(), task.id());
        for (TaskId id : List.copyOf(childrenOf(task.id()).keySet())) {
            Task child = get(id);
            put(
                    child.withParents(
                            child.parents().stream()
                                    .map(parent ->
                                            parent.parent().equals(task.id())
                                                    ? parent.renamed(task.fullname())
                                                    : parent)
                                    .toList()));
        }
    }

    /** A waiting task waits for others from now on. */
    void rewire(Task task, List<Dependency> parents, Predicate<Dependency> satisfied) {
        forgetAsChild(task);
        for (Dependency parent : parents) {
            children.computeIfAbsent(parent.parent(), _ -> new LinkedHashMap<>())
                    .put(task.id(), parent.condition());
        }
        int open = Math.toIntExact(parents.stream().filter(satisfied.negate()).count());
        Task rewired = task.withParents(parents).withUnsatisfied(open);
        put(
                switch (task.state()) {
                    case TaskState.Blocked _ when open == 0 ->
                            rewired.with(new TaskState.Queued(0));
                    case TaskState.Queued _ when open > 0 -> rewired.with(new TaskState.Blocked());
                    default -> rewired;
                });
    }

    private void forgetAsChild(Task task) {
        for (Dependency parent : task.parents()) {
            children.computeIfPresent(
                    parent.parent(),
                    (_, siblings) -> {
                        siblings.remove(task.id());
                        return siblings.isEmpty() ? null : siblings;
                    });
        }
    }

    private void tellChildren(Task old, Task now) {
        childrenOf(now.id())
                .forEach((id, condition) -> {
                    boolean before = satisfies(old, condition);
                    if (before != satisfies(now, condition)) {
                        Task child = get(id);
                        put(recount(child, child.unsatisfied() + (before ? 1 : -1)));
                    }
                });
    }

    /** A waiting child follows its counter; one that has started once does not care any more. */
    private static Task recount(Task child, int unsatisfied) {
        Task counted = child.withUnsatisfied(unsatisfied);
        return switch (child.state()) {
            case TaskState.Blocked _ when unsatisfied == 0 -> counted.with(new TaskState.Queued(0));
            case TaskState.Queued _ when unsatisfied > 0 && child.tally().attempts() == 0 ->
                    counted.with(new TaskState.Blocked());
            default -> counted;
        };
    }

    /** Forgets a task. What it has satisfied stays satisfied; what it has not can never be. */
    void remove(TaskId id) {
        Task task = get(id);
        childrenOf(id)
                .forEach((childId, condition) -> {
                    if (satisfies(task, condition)) {
                        Task child = get(childId);
                        List<Dependency> kept = new ArrayList<>(child.parents());
                        kept.removeIf(parent -> parent.parent().equals(id));
                        put(child.withParents(kept));
                    }
                });
        children.remove(id);
        forgetAsChild(task);
        leave(task);
        fingerprint -= Fingerprint.of(task);
        census.remove(kind(task));
        tasks.remove(id);
        names.remove(task.fullname());
        dropEmptyGroups(task.fullname());
    }

    private void dropEmptyGroups(String fullname) {
        for (String group = parentOf(fullname); !group.isEmpty(); group = parentOf(group)) {
            if (!hasTaskUnder(group)) {
                groups.remove(group);
                hooked.remove(group);
            }
        }
    }

    private boolean hasTaskUnder(String group) {
        String first = names.ceilingKey(group + "/");
        return first != null && first.startsWith(group + "/");
    }

    private void enter(Task task) {
        switch (task.state()) {
            case TaskState.Queued _ -> queue.add(task);
            case TaskState.Finished(_, long wallMs) -> ended.add(new Ended(wallMs, task.id()));
            case TaskState.Blocked _,
                    TaskState.Held _,
                    TaskState.Placed _,
                    TaskState.Running _,
                    TaskState.Stopping _ -> {}
        }
        countUnfinished(task, 1);
    }

    private void leave(Task task) {
        switch (task.state()) {
            case TaskState.Queued _ -> queue.remove(task);
            case TaskState.Finished(_, long wallMs) -> ended.remove(new Ended(wallMs, task.id()));
            case TaskState.Blocked _,
                    TaskState.Held _,
                    TaskState.Placed _,
                    TaskState.Running _,
                    TaskState.Stopping _ -> {}
        }
        countUnfinished(task, -1);
    }

    private void countUnfinished(Task task, int change) {
        if (!task.finished()) {
            unfinishedUnder.merge(
                    outermost(task.fullname()),
                    change,
                    (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
    }

    static boolean satisfies(Task parent, Condition condition) {
        return switch (condition) {
            case SUCCESS -> parent.done();
            case ANY -> parent.finished();
        };
    }

    /** The name of the group that a fullname lies in; empty at the top. */
    static String parentOf(String fullname) {
        int slash = fullname.lastIndexOf('/');
        return slash < 0 ? "" : fullname.substring(0, slash);
    }

    static String outermost(String fullname) {
        int slash = fullname.indexOf('/');
        return slash < 0 ? fullname : fullname.substring(0, slash);
    }

    Task get(TaskId id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw new IllegalStateException("no task " + id);
        }
        return task;
    }

    Optional<Task> task(TaskId id) {
        return Optional.ofNullable(tasks.get(id));
    }

    Optional<Task> byName(String fullname) {
        return Optional.ofNullable(names.get(fullname)).map(this::get);
    }

    SortedMap<TaskId, Task> tasks() {
        return Collections.unmodifiableSortedMap(tasks);
    }

    /** Tasks in a group and its subgroups, in order of acceptance. */
    List<Task> under(String group) {
        TreeMap<TaskId, Task> found = new TreeMap<>();
        for (TaskId id : names.subMap(group + "/", group + "0").values()) {
            found.put(id, get(id));
        }
        return List.copyOf(found.values());
    }

    void addGroups(Collection<Group> added) {
        added.forEach(group -> {
            if (groups.putIfAbsent(group.fullname(), group) == null && group.hooks().isPresent()) {
                hooked.add(group.fullname());
            }
        });
    }

    /** The groups around a fullname, outer before inner. */
    List<Group> groupsOf(String fullname) {
        List<Group> around = new ArrayList<>();
        for (String name = parentOf(fullname); !name.isEmpty(); name = parentOf(name)) {
            group(name).ifPresent(around::add);
        }
        return around.reversed();
    }

    /** Groups with hooks, inner before outer. */
    List<Group> hookedGroups() {
        return hooked.descendingSet().stream().map(groups::get).toList();
    }

    void put(Group group) {
        groups.put(group.fullname(), group);
    }

    Optional<Group> group(String fullname) {
        return Optional.ofNullable(groups.get(fullname));
    }

    Collection<Group> groups() {
        return Collections.unmodifiableCollection(groups.values());
    }

    SortedMap<String, TaskId> names() {
        return Collections.unmodifiableSortedMap(names);
    }

    /** Those who wait for a task, and for what, in order of acceptance. */
    Map<TaskId, Condition> childrenOf(TaskId id) {
        return Collections.unmodifiableMap(children.getOrDefault(id, Map.of()));
    }

    static Mix.Kind kind(Task task) {
        return Mix.Kind.of(task.spec());
    }

    /**
     * What the farm is asked for, as far as the state remembers: by those who wait, run and have
     * ended and are kept.
     */
    Mix mix() {
        return census.mix();
    }

    /** A number made of all tasks, kept up to date: see {@link Fingerprint}. */
    long fingerprint() {
        return fingerprint;
    }

    /** Unfinished tasks that share the outermost name. */
    int unfinishedUnder(String outermost) {
        return unfinishedUnder.getOrDefault(outermost, 0);
    }

    NavigableSet<Ended> ended() {
        return ended;
    }

    PendingQueue queue() {
        return queue;
    }
}
