package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Dependency.Condition;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Resolves the edges of a submission to ids: names of tasks or groups, in the submission or stored
 * already. Refuses unknown names, too many edges, and cycles, of which it names one. Iterative: a
 * chain may be 100,000 long.
 */
final class Wiring {
    private final ClusterState state;
    private final List<TaskSpec> finals;
    private final Set<TaskId> replaced;
    private final TreeMap<String, Integer> indexes = new TreeMap<>();
    private final List<Map<TaskId, Dependency>> parents = new ArrayList<>();
    private int edgeCount;

    private Wiring(ClusterState state, List<TaskSpec> asked, Naming.Result.Named named) {
        this.state = state;
        this.finals = named.tasks();
        this.replaced = Set.copyOf(named.replaced());
        for (int i = 0; i < asked.size(); i++) {
            indexes.put(asked.get(i).fullname(), i);
            parents.add(new LinkedHashMap<>());
        }
    }

    /** The outcome. */
    sealed interface Result {
        /**
         * Every edge has both its ends.
         *
         * @param parents of each task, in the order of the submission
         */
        record Wired(List<List<Dependency>> parents) implements Result {}

        record Refused(Rejection rejection) implements Result {}
    }

    /**
     * @param asked the tasks under the names that the edges use
     * @param named the same tasks under their final names; what they replace is not there to be
     *     waited for
     */
    static Result of(
            ClusterState state,
            List<TaskSpec> asked,
            Naming.Result.Named named,
            List<Input.EdgeSpec> edges) {
        Wiring wiring = new Wiring(state, asked, named);
        for (int i = 0; i < edges.size(); i++) {
            Optional<Rejection> refused = wiring.add(edges.get(i), i);
            if (refused.isPresent()) {
                return new Result.Refused(refused.get());
            }
        }
        List<String> cycle = wiring.cycle();
        if (!cycle.isEmpty()) {
            return new Result.Refused(new Rejection.Cycle(cycle));
        }
        return new Result.Wired(wiring.parents.stream().map(p -> List.copyOf(p.values())).toList());
    }

    private Optional<Rejection> add(Input.EdgeSpec edge, int index) {
        List<Integer> targets = inside(edge.to());
        if (targets.isEmpty()) {
            return Optional.of(
                    new Rejection.Invalid(
                            "edges[" + index + "].to",
                            "'" + edge.to() + "' is not in this submission",
                            "only new tasks can be told to wait"));
        }
        List<Dependency> sources = sources(edge);
        if (sources.isEmpty()) {
            return Optional.of(
                    new Rejection.NotFound(
                            "task", edge.from(), Similar.to(edge.from(), state, indexes.keySet())));
        }
        for (int target : targets) {
            for (Dependency source : sources) {
                parents.get(target).merge(source.parent(), source, Wiring::stricter);
                if (++edgeCount > Limits.MAX_EDGES) {
                    return Optional.of(
                            new Rejection.Limit(
                                    "edges",
                                    "more than " + Limits.MAX_EDGES + " edges (groups expanded)",
                                    "put a small task between the two groups"));
                }
            }
        }
        return Optional.empty();
    }

    private static Dependency stricter(Dependency a, Dependency b) {
        return a.condition() == Condition.SUCCESS ? a : b;
    }

    /** Indexes of the task, or of the tasks of the group, of that name in the submission. */
    private List<Integer> inside(String name) {
        Integer task = indexes.get(name);
        return task != null
                ? List.of(task)
                : List.copyOf(indexes.subMap(name + "/", name + "0").values());
    }

    private List<Dependency> sources(Input.EdgeSpec edge) {
        List<Dependency> found = new ArrayList<>();
        for (int i : inside(edge.from())) {
            found.add(
                    new Dependency(
                            SubmissionPlan.idAt(state, i),
                            finals.get(i).fullname(),
                            edge.condition()));
        }
        if (found.isEmpty()) {
            List<Task> stored =
                    state.byName(edge.from())
                            .map(List::of)
                            .orElseGet(() -> state.under(edge.from()));
            for (Task task : stored) {
                boolean ofGroup = !task.fullname().equals(edge.from());
                if (replaced.contains(task.id()) || (ofGroup && GroupEnd.is(task))) {
                    continue;
                }
                found.add(new Dependency(task.id(), task.fullname(), edge.condition()));
            }
        }
        return found;
    }

    /**
     * One cycle, first = last, as names; empty if there is none. Takes away whoever waits for
     * nobody until none is left.
     */
    private List<String> cycle() {
        Map<TaskId, Integer> ids = new HashMap<>();
        for (int i = 0; i < finals.size(); i++) {
            ids.put(SubmissionPlan.idAt(state, i), i);
        }
        int[] waiting = new int[finals.size()];
        List<List<Integer>> children = new ArrayList<>();
        finals.forEach(_ -> children.add(new ArrayList<>()));
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int i = 0; i < finals.size(); i++) {
            for (TaskId parent : parents.get(i).keySet()) {
                Integer from = ids.get(parent);
                if (from != null) {
                    waiting[i]++;
                    children.get(from).add(i);
                }
            }
            if (waiting[i] == 0) {
                free.add(i);
            }
        }
        while (!free.isEmpty()) {
            for (int child : children.get(free.remove())) {
                if (--waiting[child] == 0) {
                    free.add(child);
                }
            }
        }
        return walkCycle(waiting, ids);
    }

    /** Everybody left waits for somebody left: walking from parent to parent must come back. */
    private List<String> walkCycle(int[] waiting, Map<TaskId, Integer> ids) {
        int at = 0;
        while (at < waiting.length && waiting[at] == 0) {
            at++;
        }
        if (at == waiting.length) {
            return List.of();
        }
        Map<Integer, Integer> stepOf = new HashMap<>();
        List<Integer> path = new ArrayList<>();
        while (!stepOf.containsKey(at)) {
            stepOf.put(at, path.size());
            path.add(at);
            for (TaskId parent : parents.get(at).keySet()) {
                Integer next = ids.get(parent);
                if (next != null && waiting[next] > 0) {
                    at = next;
                    break;
                }
            }
        }
        List<String> names = new ArrayList<>();
        for (int step : path.subList(stepOf.get(at), path.size())) {
            names.add(finals.get(step).fullname());
        }
        names.add(finals.get(at).fullname());
        Collections.reverse(names);
        return names;
    }
}
