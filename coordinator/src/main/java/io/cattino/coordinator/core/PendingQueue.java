package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The queued tasks by shape, and those that wait for their backoff. Tasks of one shape fit or do
 * not fit alike, so a pass looks only at the first of each. Derived from the state.
 */
final class PendingQueue {
    /** What placement looks at. */
    record Shape(DeviceNeed devices, int cpus, Where where) {
        static Shape of(Task task) {
            return of(task.spec());
        }

        static Shape of(TaskSpec spec) {
            return new Shape(spec.devices(), spec.cpus(), spec.where());
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
        Shape shape = Shape.of(task);
        NavigableSet<Rank> ranks = shapes.get(shape);
        if (ranks == null || !ranks.remove(Rank.of(task))) {
            throw new IllegalStateException("task " + task.id() + " was not in the queue");
        }
        if (ranks.isEmpty()) {
            shapes.remove(shape);
        }
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
        shapes.computeIfAbsent(Shape.of(task), _ -> new TreeSet<>()).add(Rank.of(task));
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
        NavigableSet<Rank> ranks = shapes.get(Shape.of(task));
        return delayOf.containsKey(task.id()) || (ranks != null && ranks.contains(Rank.of(task)));
    }

    int size() {
        return delayed.size() + shapes.values().stream().mapToInt(Set::size).sum();
    }
}
