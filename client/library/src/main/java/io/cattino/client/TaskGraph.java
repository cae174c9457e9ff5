package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Cycles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Which tasks run before which: edges between tasks or groups. A group stands for all its tasks.
 * Immutable.
 *
 * <p>The graph of a {@link TaskGroup} is its strategy; a graph on its own is added to a {@link
 * Submission}.
 */
public final class TaskGraph {

    private final List<TaskItem> items;
    private final List<Edge> edges;

    private TaskGraph(List<TaskItem> items, List<Edge> edges) {
        this.items = List.copyOf(items);
        this.edges = List.copyOf(edges);
    }

    /**
     * One dependency.
     *
     * @param from runs first
     * @param to waits for it
     * @param condition when it is satisfied
     */
    public record Edge(TaskItem from, TaskItem to, EdgeCondition condition) {}

    /** Begins a graph. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its tasks and groups, in the order in which they were first mentioned. */
    public List<TaskItem> items() {
        return items;
    }

    /** Its edges, in the order in which they were added. */
    public List<Edge> edges() {
        return edges;
    }

    /** Collects a graph; not thread-safe. */
    public static final class Builder {
        private final List<TaskItem> items = new ArrayList<>();
        private final Set<TaskItem> known = Collections.newSetFromMap(new IdentityHashMap<>());
        private final List<Edge> edges = new ArrayList<>();

        private Builder() {}

        /** Tasks or groups that may have no edge. */
        @CanIgnoreReturnValue
        public Builder add(TaskItem... more) {
            return add(List.of(more));
        }

        /** Tasks or groups that may have no edge. */
        @CanIgnoreReturnValue
        public Builder add(Collection<? extends TaskItem> more) {
            for (TaskItem item : more) {
                if (known.add(item)) {
                    items.add(item);
                }
            }
            return this;
        }

        /** {@code to} runs when {@code from} is Done. */
        @CanIgnoreReturnValue
        public Builder edge(TaskItem from, TaskItem to) {
            return edge(from, to, EdgeCondition.SUCCESS);
        }

        /** {@code to} waits for {@code from}. */
        @CanIgnoreReturnValue
        public Builder edge(TaskItem from, TaskItem to, EdgeCondition condition) {
            add(from, to);
            edges.add(new Edge(from, to, condition));
            return this;
        }

        /**
         * The graph.
         *
         * @throws IllegalArgumentException if it has a cycle; the message names one: {@code a → b →
         *     a}
         */
        public TaskGraph build() {
            Cycles.check(items, edges);
            return new TaskGraph(items, edges);
        }
    }
}
