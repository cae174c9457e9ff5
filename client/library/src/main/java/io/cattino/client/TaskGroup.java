package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named folder of tasks and groups, with a rule for the order in which they run. Immutable;
 * compared by identity.
 */
public final class TaskGroup implements TaskItem {

    private final String name;
    private final List<TaskItem> items;
    private final List<TaskGraph.Edge> edges;
    private final boolean open;
    private final @Nullable PythonObject python;

    private TaskGroup(
            String name,
            List<TaskItem> items,
            List<TaskGraph.Edge> edges,
            boolean open,
            @Nullable PythonObject python) {
        this.name = name;
        this.items = List.copyOf(items);
        this.edges = List.copyOf(edges);
        this.open = open;
        this.python = python;
    }

    /**
     * Begins a group of that name.
     *
     * @throws IllegalArgumentException if the name breaks a rule of {@link Names#checkName}
     */
    public static Builder builder(String name) {
        return new Builder(Names.checkName(name));
    }

    /** Begins a group that is called {@code group_of_<first task>}. */
    public static Builder builder() {
        return new Builder(null);
    }

    /** Its name, without the groups around it. */
    @Override
    public String name() {
        return name;
    }

    /** The tasks and groups that lie directly in it. */
    public List<TaskItem> items() {
        return items;
    }

    /** The dependencies that its strategy makes. */
    public List<TaskGraph.Edge> edges() {
        return edges;
    }

    /** Whether later submissions may add tasks to it. */
    public boolean isOpen() {
        return open;
    }

    /** The object of a Python script whose hooks are run for it; null: none are. */
    public @Nullable PythonObject python() {
        return python;
    }

    /** Every task in it, at any depth, in order. */
    public List<ProcTask> allTasks() {
        List<ProcTask> tasks = new ArrayList<>();
        for (TaskItem item : items) {
            switch (item) {
                case ProcTask task -> tasks.add(task);
                case TaskGroup group -> tasks.addAll(group.allTasks());
            }
        }
        return tasks;
    }

    /** The name and what lies in it, for people. */
    @Override
    public String toString() {
        return name + items.stream().map(TaskItem::name).toList();
    }

    private static Set<TaskItem> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static void collect(List<TaskItem> items, Set<TaskItem> members) {
        for (TaskItem item : items) {
            members.add(item);
            if (item instanceof TaskGroup group) {
                collect(group.items(), members);
            }
        }
    }

    /** Collects a group; not thread-safe. */
    public static final class Builder {
        private final @Nullable String name;
        private final List<TaskItem> items = new ArrayList<>();
        private boolean sequential;
        private @Nullable TaskGraph graph;
        private boolean open;
        private @Nullable PythonObject python;

        private Builder(@Nullable String name) {
            this.name = name;
        }

        /** Tasks or groups. */
        @CanIgnoreReturnValue
        public Builder add(TaskItem... more) {
            return add(List.of(more));
        }

        /** Tasks or groups. */
        @CanIgnoreReturnValue
        public Builder add(Collection<? extends TaskItem> more) {
            items.addAll(more);
            return this;
        }

        /** Each runs when the one added before it is Done. */
        @CanIgnoreReturnValue
        public Builder sequential() {
            this.sequential = true;
            this.graph = null;
            return this;
        }

        /** All may run at once; the default. */
        @CanIgnoreReturnValue
        public Builder parallel() {
            this.sequential = false;
            this.graph = null;
            return this;
        }

        /**
         * The graph says what runs before what. If at most one task was added to the group, those
         * of the graph join it; otherwise each of them has to lie in the group, at any depth.
         */
        @CanIgnoreReturnValue
        public Builder strategy(TaskGraph graph) {
            this.sequential = false;
            this.graph = graph;
            return this;
        }

        /** Lets later submissions add tasks to the group; default: they may not. */
        @CanIgnoreReturnValue
        public Builder open(boolean open) {
            this.open = open;
            return this;
        }

        /** The object of a Python script whose hooks are run; the context names the script. */
        @CanIgnoreReturnValue
        public Builder python(PythonObject object) {
            this.python = object;
            return this;
        }

        /**
         * The group.
         *
         * @throws IllegalArgumentException if it has no task, two of its items have the same name,
         *     or its graph has a task that does not lie in it
         */
        public TaskGroup build() {
            List<TaskItem> members = new ArrayList<>(items);
            if (graph != null && items.size() <= 1) {
                Set<TaskItem> present = identitySet();
                collect(items, present);
                graph.items().stream()
                        .filter(item -> !present.contains(item))
                        .forEach(members::add);
            }
            if (members.isEmpty()) {
                throw new IllegalArgumentException(
                        "the group%s has no task".formatted(name == null ? "" : " '" + name + "'"));
            }
            String named = name != null ? name : "group_of_" + firstTask(members.getFirst()).name();
            checkNames(named, members);
            TaskGroup group =
                    new TaskGroup(Names.checkName(named), members, edges(members), open, python);
            if (graph != null) {
                checkMembers(group, graph);
            }
            return group;
        }

        private List<TaskGraph.Edge> edges(List<TaskItem> members) {
            if (graph != null) {
                return graph.edges();
            }
            List<TaskGraph.Edge> chain = new ArrayList<>();
            for (int i = 1; sequential && i < members.size(); i++) {
                chain.add(
                        new TaskGraph.Edge(
                                members.get(i - 1), members.get(i), EdgeCondition.SUCCESS));
            }
            return chain;
        }

        private static ProcTask firstTask(TaskItem item) {
            return switch (item) {
                case ProcTask task -> task;
                case TaskGroup group -> firstTask(group.items().getFirst());
            };
        }

        private static void checkNames(String group, List<TaskItem> members) {
            Set<String> names = new HashSet<>();
            for (TaskItem item : members) {
                if (!names.add(item.name())) {
                    throw new IllegalArgumentException(
                            "the group '%s' has two items called '%s'; give one another name"
                                    .formatted(group, item.name()));
                }
            }
        }

        private static void checkMembers(TaskGroup group, TaskGraph graph) {
            Set<TaskItem> members = identitySet();
            collect(group.items(), members);
            for (TaskItem item : graph.items()) {
                if (!members.contains(item)) {
                    throw new IllegalArgumentException(
                            "the graph of group '%s' has '%s', which does not lie in the group: add it"
                                    .formatted(group.name(), item.name()));
                }
            }
        }
    }
}
