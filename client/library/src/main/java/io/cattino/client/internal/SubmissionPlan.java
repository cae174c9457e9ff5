package io.cattino.client.internal;

import io.cattino.client.EdgeCondition;
import io.cattino.client.Names;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGraph;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskItem;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A submission under construction: every task and group gets its fullname, every strategy becomes
 * edges. One thread.
 */
public final class SubmissionPlan {

    private final IdentityHashMap<TaskItem, String> fullnames = new IdentityHashMap<>();
    private final Map<String, ProcTask> tasks = new LinkedHashMap<>();
    private final Map<String, TaskGroup> groups = new LinkedHashMap<>();
    private final List<Submission.Edge> edges = new ArrayList<>();
    private final List<TaskItem> roots;

    private SubmissionPlan(List<TaskItem> roots) {
        this.roots = List.copyOf(roots);
    }

    /**
     * Lays out a submission.
     *
     * @throws IllegalArgumentException if it is empty, a name is used twice or is too long, an edge
     *     leads out of it, or there is a cycle
     */
    public static SubmissionPlan of(List<TaskItem> items, List<TaskGraph.Edge> extraEdges) {
        if (items.isEmpty()) {
            throw new IllegalArgumentException("the submission has no task");
        }
        SubmissionPlan plan = new SubmissionPlan(items);
        items.forEach(item -> plan.place(item, ""));
        plan.groups.values().forEach(group -> group.edges().forEach(plan::addEdge));
        extraEdges.forEach(plan::addEdge);
        Cycles.check(items, extraEdges);
        return plan;
    }

    /** Tasks by fullname, in order. */
    public Map<String, ProcTask> tasks() {
        return tasks;
    }

    /** Groups by fullname, outer before inner. */
    public Map<String, TaskGroup> groups() {
        return groups;
    }

    /** Every dependency. */
    public List<Submission.Edge> edges() {
        return edges;
    }

    /** Everything waits for a stored task or group. */
    public void afterAll(String fullname, EdgeCondition condition) {
        roots.forEach(root -> after(root, fullname, condition));
    }

    /** One item waits for a stored task or group. */
    public void after(TaskItem item, String fullname, EdgeCondition condition) {
        edges.add(new Submission.Edge(fullname, fullname(item), condition));
    }

    private void place(TaskItem item, String prefix) {
        String fullname = Names.checkFullname(prefix + item.name());
        if (fullnames.putIfAbsent(item, fullname) != null) {
            throw new IllegalArgumentException(
                    "'%s' is in the submission twice, as '%s' and as '%s'; build it twice"
                            .formatted(item.name(), fullnames.get(item), fullname));
        }
        if (tasks.containsKey(fullname) || groups.containsKey(fullname)) {
            throw new IllegalArgumentException(
                    "two items of the submission are called '%s'; give one another name"
                            .formatted(fullname));
        }
        switch (item) {
            case ProcTask task -> tasks.put(fullname, task);
            case TaskGroup group -> {
                groups.put(fullname, group);
                group.items().forEach(child -> place(child, fullname + "/"));
            }
        }
    }

    private void addEdge(TaskGraph.Edge edge) {
        edges.add(
                new Submission.Edge(fullname(edge.from()), fullname(edge.to()), edge.condition()));
    }

    private String fullname(TaskItem item) {
        String fullname = fullnames.get(item);
        if (fullname == null) {
            throw new IllegalArgumentException(
                    "an edge leads to '%s', which is not in the submission: add it"
                            .formatted(item.name()));
        }
        return fullname;
    }
}
