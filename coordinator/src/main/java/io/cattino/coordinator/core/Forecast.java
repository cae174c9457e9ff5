package io.cattino.coordinator.core;

import io.cattino.coordinator.core.PendingQueue.Rank;
import io.cattino.coordinator.core.PendingQueue.Shape;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.placement.NodeSpace;
import io.cattino.coordinator.core.placement.Placement;
import io.cattino.coordinator.core.placement.Placer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the next placement pass would do, without doing it: for tasks that are not stored, and for
 * those that wait for their first look. Reads, and changes nothing.
 */
final class Forecast {
    private static final int BUDGET = 500;

    private final ClusterState state;
    private final Observations observations;
    private final Reasons reasons;
    private final List<NodeSpace> spaces;
    private final Map<TaskId, Placement> placed = new HashMap<>();
    private final Map<Shape, Optional<Veto>> vetoes = new HashMap<>();
    private boolean reserved;

    private Forecast(ClusterState state, Observations observations, Reasons reasons) {
        this.state = state;
        this.observations = observations;
        this.reasons = reasons;
        this.spaces = PlacementPass.spaces(state, observations);
    }

    /** Of a submission that is not stored. */
    static Outlook of(
            ClusterState state,
            Observations observations,
            Reasons reasons,
            Input.Submit submit,
            String runRoot) {
        return switch (SubmissionPlan.of(state, submit, runRoot)) {
            case SubmissionPlan.Plan.Refuse(Rejection rejection) -> new Outlook.Refused(rejection);
            case SubmissionPlan.Plan.Accept(List<Fact> facts) -> {
                Fact.Submitted stored =
                        facts.stream()
                                .filter(Fact.Submitted.class::isInstance)
                                .map(Fact.Submitted.class::cast)
                                .findFirst()
                                .orElseThrow();
                yield new Outlook.Accepted(
                        stored.runDir(),
                        stored.tasks().stream().map(task -> task.spec().fullname()).toList(),
                        new Forecast(state, observations, reasons)
                                .prospects(stored, submit.held()));
            }
        };
    }

    /** Of stored tasks. */
    static List<Prospect> of(
            ClusterState state, Observations observations, Reasons reasons, List<Task> tasks) {
        Forecast forecast = new Forecast(state, observations, reasons);
        boolean unseen =
                tasks.stream().anyMatch(task -> reasons.of(task).code() == ReasonCode.QUEUED);
        if (unseen && !observations.exiting()) {
            forecast.run(Map.of());
        }
        return tasks.stream().map(task -> forecast.prospect(task, unseen)).toList();
    }

    private Prospect prospect(Task task, boolean looked) {
        Reason reason = reasons.of(task);
        return switch (task.state()) {
            case TaskState.Placed _, TaskState.Running _, TaskState.Stopping _ -> {
                Attempt attempt = task.attempts().getLast();
                yield new Prospect(attempt.nodeName(), attempt.devices(), Reason.NONE);
            }
            case TaskState.Queued _ when looked && reason.code() == ReasonCode.QUEUED ->
                    told(task.id(), task.spec(), reason);
            case TaskState.Queued _, TaskState.Blocked _, TaskState.Held _, TaskState.Finished _ ->
                    Prospect.waits(reason);
        };
    }

    private List<Prospect> prospects(Fact.Submitted stored, Set<Integer> held) {
        Map<TaskId, TaskSpec> ready = new HashMap<>();
        for (int i = 0; i < stored.tasks().size(); i++) {
            Fact.NewTask task = stored.tasks().get(i);
            if (!held.contains(i) && open(task).isEmpty()) {
                ready.put(new TaskId(stored.firstTask() + i), task.spec());
            }
        }
        run(ready);
        List<Prospect> prospects = new ArrayList<>();
        for (int i = 0; i < Math.min(Outlook.TOLD, stored.tasks().size()); i++) {
            Fact.NewTask task = stored.tasks().get(i);
            Optional<Dependency> open = open(task);
            if (held.contains(i)) {
                prospects.add(Prospect.waits(new Reason(ReasonCode.HELD, TaskLifecycle.HELD)));
            } else if (open.isPresent()) {
                String after = "after " + open.get().parentName();
                prospects.add(Prospect.waits(new Reason(ReasonCode.DEPENDENCY, after)));
            } else {
                prospects.add(
                        told(
                                new TaskId(stored.firstTask() + i),
                                task.spec(),
                                new Reason(ReasonCode.QUEUED, "waits behind many others")));
            }
        }
        return prospects;
    }

    private Optional<Dependency> open(Fact.NewTask task) {
        return task.parents().stream().filter(parent -> !state.satisfied(parent)).findFirst();
    }

    private Prospect told(TaskId id, TaskSpec spec, Reason notLookedAt) {
        Placement placement = placed.get(id);
        if (placement != null) {
            return new Prospect(placement.node().name(), placement.devices(), Reason.NONE);
        }
        Optional<Veto> veto = vetoes.get(state.table().queue().shape(spec));
        return Prospect.waits(veto == null ? notLookedAt : reasons.waiting(spec, veto));
    }

    private record Head(Rank rank, Shape shape, Iterator<Rank> rest) {}

    /** Looks at the queue and at these tasks, as {@link PlacementPass} would. */
    private void run(Map<TaskId, TaskSpec> more) {
        PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::rank));
        state.table()
                .queue()
                .shapes()
                .forEach((shape, ranks) -> push(heads, shape, ranks.iterator()));
        Map<Shape, TreeSet<Rank>> shapes = new HashMap<>();
        more.forEach((id, spec) ->
                shapes.computeIfAbsent(state.table().queue().shape(spec), _ -> new TreeSet<>())
                        .add(new Rank(spec.priority(), id)));
        shapes.forEach((shape, ranks) -> push(heads, shape, ranks.iterator()));
        while (!heads.isEmpty() && placed.size() < BUDGET) {
            Head head = heads.remove();
            TaskId id = head.rank().task();
            TaskSpec asked = more.containsKey(id) ? more.get(id) : state.table().get(id).spec();
            TaskSpec spec = asked.asking(head.shape().devices());
            switch (Placer.look(spec, spaces, Set.of(), state.mix())) {
                case Placer.Verdict.Waits(Optional<Veto> nearest) -> {
                    vetoes.put(head.shape(), nearest);
                    reserve(id, spec);
                }
                case Placer.Verdict.Fits(Placement placement) -> {
                    placement.take(spec.cpus());
                    placed.put(id, placement);
                    push(heads, head.shape(), head.rest());
                }
            }
        }
    }

    private static void push(PriorityQueue<Head> heads, Shape shape, Iterator<Rank> ranks) {
        if (ranks.hasNext()) {
            heads.add(new Head(ranks.next(), shape, ranks));
        }
    }

    private void reserve(TaskId id, TaskSpec spec) {
        if (!reserved && observations.passedOver(id) >= PlacementPass.PATIENCE) {
            Placer.reserve(spec, spaces);
            reserved = true;
        }
    }
}
