package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The queued tasks by shape, and those that wait for their backoff. Tasks of one shape fit or do
 * not fit alike, so a pass looks only at the first of each. Derived from the state.
 */
final class PendingQueue {
    /** What placement looks at. */
    record Shape(DeviceNeed devices, int cpus, Where where) {
        static Shape of(TaskSpec spec) {
            return new Shape(spec.devices(), spec.cpus(), spec.where());
        }

        /** The same of another work. */
        Shape of(Work work) {
            return new Shape(
                    new DeviceNeed.Shared(devices.count(), new MemoryAsk.Auto(work)), cpus, where);
        }
    }

    /** Tasks of the same work that ask for what its runs took, under the shape that this is now. */
    private static final class Learning {
        private Shape asks;
        private final NavigableSet<Rank> ranks = new TreeSet<>();

        Learning(Shape asks) {
            this.asks = asks;
        }
    }

    /** The global order: priority high first, then order of acceptance. */
    record Rank(int priority, TaskId task) implements Comparable<Rank> {
        private static final Comparator<Rank> ORDER =
                Comparator.comparingInt(Rank::priority).reversed().thenComparing(Rank::task);

        static Rank of(Task task) {
            return new Rank(task.spec().priority(), task.id());
        }

        @Override
        public int compareTo(Rank other) {
            return ORDER.compare(this, other);
        }
    }

    private record Delayed(long notBeforeMonoMs, TaskId task) implements Comparable<Delayed> {
        private static final Comparator<Delayed> ORDER =
                Comparator.comparingLong(Delayed::notBeforeMonoMs).thenComparing(Delayed::task);

        @Override
        public int compareTo(Delayed other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<Shape, NavigableSet<Rank>> shapes = new LinkedHashMap<>();
    private final TreeSet<Delayed> delayed = new TreeSet<>();
    private final Map<TaskId, Delayed> delayOf = new HashMap<>();
    private final UnaryOperator<DeviceNeed> asks;

    /** By what they say, which is their work, by its family. */
    private final Map<Long, Map<Shape, Learning>> learning = new HashMap<>();

    /**
     * @param asks what a need is as things are; whoever changes that says so to {@link #learned}
     */
    PendingQueue(UnaryOperator<DeviceNeed> asks) {
        this.asks = asks;
    }

    /** Under which shape such a task waits. */
    Shape shape(TaskSpec spec) {
        Shape said = Shape.of(spec);
        Learning known = learning.getOrDefault(family(said), Map.of()).get(said);
        return known == null ? asked(said) : known.asks;
    }

    private Shape asked(Shape said) {
        return new Shape(asks.apply(said.devices()), said.cpus(), said.where());
    }

    /** Of the work, if it asks by that; else 0. */
    private static long family(Shape said) {
        return said.devices() instanceof DeviceNeed.Shared(_, MemoryAsk.Auto(Work work))
                ? work.family()
                : 0;
    }

    /**
     * Something was learned of a work: what tasks ask for may be another shape now.
     *
     * @param family of all its family
     */
    void learned(Work work, boolean family) {
        learning.getOrDefault(work.family(), Map.of())
                .forEach((said, tasks) -> {
                    if (family || said.equals(said.of(work))) {
                        move(tasks, asked(said));
                    }
                });
    }

    private void move(Learning tasks, Shape now) {
        if (!now.equals(tasks.asks)) {
            tasks.ranks.forEach(rank -> leave(tasks.asks, rank));
            tasks.ranks.forEach(rank -> enter(now, rank));
            tasks.asks = now;
        }
    }

    private void enter(Shape shape, Rank rank) {
        shapes.computeIfAbsent(shape, _ -> new TreeSet<>()).add(rank);
    }

    private boolean leave(Shape shape, Rank rank) {
        NavigableSet<Rank> ranks = shapes.get(shape);
        boolean was = ranks != null && ranks.remove(rank);
        if (ranks != null && ranks.isEmpty()) {
            shapes.remove(shape);
        }
        return was;
    }

    /** Takes a task in whose state is Queued. */
    void add(Task task) {
        if (!(task.state() instanceof TaskState.Queued(long notBefore))) {
            throw new IllegalStateException("task " + task.id() + " is not queued");
        }
        if (notBefore > 0) {
            Delayed entry = new Delayed(notBefore, task.id());
            delayed.add(entry);
            delayOf.put(task.id(), entry);
        } else {
            enqueue(task);
        }
    }

    /** Takes a task out; it must be given as it was when it was added. */
    void remove(Task task) {
        Delayed entry = delayOf.remove(task.id());
        if (entry != null) {
            delayed.remove(entry);
            return;
        }
        if (!leave(shape(task.spec()), Rank.of(task))) {
            throw new IllegalStateException("task " + task.id() + " was not in the queue");
        }
        Shape said = Shape.of(task.spec());
        learning.computeIfPresent(
                family(said),
                (_, works) -> {
                    works.computeIfPresent(
                            said,
                            (_, tasks) -> {
                                tasks.ranks.remove(Rank.of(task));
                                return tasks.ranks.isEmpty() ? null : tasks;
                            });
                    return works.isEmpty() ? null : works;
                });
    }

    /** Ids of the tasks whose backoff is over. */
    List<TaskId> due(long nowMonoMs) {
        List<TaskId> due = new ArrayList<>();
        for (Delayed entry : delayed) {
            if (entry.notBeforeMonoMs > nowMonoMs) {
                break;
            }
            due.add(entry.task);
        }
        return due;
    }

    /** Moves a task whose backoff is over to its shape. */
    void release(Task task) {
        Delayed entry = delayOf.remove(task.id());
        if (entry != null) {
            delayed.remove(entry);
            enqueue(task);
        }
    }

    private void enqueue(Task task) {
        enter(shape(task.spec()), Rank.of(task));
        Shape said = Shape.of(task.spec());
        if (said.devices() instanceof DeviceNeed.Shared(_, MemoryAsk.Auto _)) {
            learning.computeIfAbsent(family(said), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(said, _ -> new Learning(asked(said)))
                    .ranks
                    .add(Rank.of(task));
        }
    }

    /**
     * The shapes that wait, each with its tasks in global order. Iteration order means nothing:
     * compare the ranks.
     */
    Map<Shape, NavigableSet<Rank>> shapes() {
        return shapes;
    }

    boolean isEmpty() {
        return shapes.isEmpty();
    }

    /** Waiting tasks that rank before this one. */
    int ahead(Rank rank) {
        int ahead = 0;
        for (NavigableSet<Rank> ranks : shapes.values()) {
            ahead += ranks.headSet(rank).size();
        }
        return ahead;
    }

    boolean contains(Task task) {
        NavigableSet<Rank> ranks = shapes.get(shape(task.spec()));
        return delayOf.containsKey(task.id()) || (ranks != null && ranks.contains(Rank.of(task)));
    }

    int size() {
        return delayed.size() + shapes.values().stream().mapToInt(Set::size).sum();
    }
}
