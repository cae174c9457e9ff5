package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.SubmissionPlan;
import io.cattino.client.internal.Ulid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks and groups that are handed in together: accepted whole or not at all. Immutable.
 *
 * <p>Every submission carries its own request id: handing in the same object again, after an answer
 * that got lost, is the same submission and not a second one.
 */
public final class Submission {

    private final String requestId;
    private final Map<String, ProcTask> tasks;
    private final Map<String, TaskGroup> groups;
    private final List<Edge> edges;
    private final OverrideMode overrideMode;
    private final SubmitContext context;
    private final boolean allowUnfit;

    private Submission(Builder builder, SubmissionPlan plan, SubmitContext context) {
        this.requestId = Ulid.next();
        this.tasks = Collections.unmodifiableMap(new LinkedHashMap<>(plan.tasks()));
        this.groups = Collections.unmodifiableMap(new LinkedHashMap<>(plan.groups()));
        this.edges = List.copyOf(plan.edges());
        this.overrideMode = builder.overrideMode;
        this.context = context;
        this.allowUnfit = builder.allowUnfit;
    }

    /**
     * One dependency, by fullnames of tasks or groups. A group stands for all its tasks.
     *
     * @param from in this submission or stored already
     * @param to in this submission
     * @param condition when it is satisfied
     */
    public record Edge(String from, String to, EdgeCondition condition) {}

    /** Begins a submission. */
    public static Builder builder() {
        return new Builder();
    }

    /** The submission of these items alone, from the present surroundings of this process. */
    public static Submission of(TaskItem... items) {
        return builder().add(items).build();
    }

    /** Names this submission for ever: a ULID. */
    public String requestId() {
        return requestId;
    }

    /**
     * Its tasks by the fullnames asked for, in order; they may be stored under others with {@link
     * OverrideMode#RENAME}.
     */
    public Map<String, ProcTask> tasks() {
        return tasks;
    }

    /** Its groups by fullname, outer before inner. */
    public Map<String, TaskGroup> groups() {
        return groups;
    }

    /** Every dependency: those of strategies, of added graphs, and on stored tasks. */
    public List<Edge> edges() {
        return edges;
    }

    /** What happens when a name is taken. */
    public OverrideMode overrideMode() {
        return overrideMode;
    }

    /** The surroundings that its tasks run in. */
    public SubmitContext context() {
        return context;
    }

    /** Whether tasks that no known node could ever hold are accepted, to wait for one. */
    public boolean allowUnfit() {
        return allowUnfit;
    }

    /** Collects a submission; not thread-safe. */
    public static final class Builder {
        private final List<TaskItem> items = new ArrayList<>();
        private final List<TaskGraph.Edge> edges = new ArrayList<>();
        private final List<After> afters = new ArrayList<>();
        private OverrideMode overrideMode = OverrideMode.DEFAULT;
        private @Nullable SubmitContext context;
        private boolean allowUnfit;

        private Builder() {}

        private record After(@Nullable TaskItem item, String name, EdgeCondition condition) {}

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

        /**
         * {@code to} waits until {@code from} is Done; both are in this submission, at any depth.
         */
        @CanIgnoreReturnValue
        public Builder edge(TaskItem from, TaskItem to) {
            return edge(from, to, EdgeCondition.SUCCESS);
        }

        /** {@code to} waits for {@code from}; both are in this submission, at any depth. */
        @CanIgnoreReturnValue
        public Builder edge(TaskItem from, TaskItem to, EdgeCondition condition) {
            edges.add(new TaskGraph.Edge(from, to, condition));
            return this;
        }

        /** All edges of a graph whose tasks are in this submission. */
        @CanIgnoreReturnValue
        public Builder graph(TaskGraph graph) {
            edges.addAll(graph.edges());
            return this;
        }

        /**
         * Every task waits until the tasks or groups of these fullnames, stored already, are Done.
         */
        @CanIgnoreReturnValue
        public Builder after(String... fullnames) {
            for (String name : fullnames) {
                afters.add(new After(null, Names.checkFullname(name), EdgeCondition.SUCCESS));
            }
            return this;
        }

        /**
         * Every task waits until the tasks or groups of these fullnames, stored already, have
         * ended, however.
         */
        @CanIgnoreReturnValue
        public Builder afterAny(String... fullnames) {
            for (String name : fullnames) {
                afters.add(new After(null, Names.checkFullname(name), EdgeCondition.ANY));
            }
            return this;
        }

        /** One task or group of this submission waits for a stored task or group. */
        @CanIgnoreReturnValue
        public Builder after(TaskItem item, String fullname, EdgeCondition condition) {
            afters.add(new After(item, Names.checkFullname(fullname), condition));
            return this;
        }

        /** What happens when a name is taken; default: as the cluster's setting says. */
        @CanIgnoreReturnValue
        public Builder override(OverrideMode mode) {
            this.overrideMode = mode;
            return this;
        }

        /** The surroundings of the tasks; default: {@link SubmitContext#current()}. */
        @CanIgnoreReturnValue
        public Builder context(SubmitContext context) {
            this.context = context;
            return this;
        }

        /**
         * Accepts tasks that no known node could ever hold; default: they are refused with the
         * reason.
         */
        @CanIgnoreReturnValue
        public Builder allowUnfit(boolean allow) {
            this.allowUnfit = allow;
            return this;
        }

        /**
         * The submission.
         *
         * @throws IllegalArgumentException if it is empty, a name is used twice or is too long, an
         *     edge leads to a task that is not in it, or there is a cycle; the message says what
         */
        public Submission build() {
            SubmissionPlan plan = SubmissionPlan.of(items, edges);
            for (After after : afters) {
                if (after.item() == null) {
                    plan.afterAll(after.name(), after.condition());
                } else {
                    plan.after(after.item(), after.name(), after.condition());
                }
            }
            return new Submission(this, plan, context != null ? context : SubmitContext.current());
        }
    }
}
