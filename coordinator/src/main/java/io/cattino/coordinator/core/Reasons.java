package io.cattino.coordinator.core;

import io.cattino.coordinator.core.PendingQueue.Rank;
import io.cattino.coordinator.core.PendingQueue.Shape;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.placement.Never;
import io.cattino.coordinator.core.placement.NodeSpace;
import io.cattino.coordinator.core.placement.Placer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Says why a task is where it is, in one sentence, from the state and what was observed. */
final class Reasons {
    private final ClusterState state;
    private final Observations observations;

    /** Who is stuck, as of a revision: a listing asks for many tasks of one graph. */
    private final Map<TaskId, Boolean> stuck = new HashMap<>();

    private long stuckRevision = -1;

    /**
     * Of kinds of tasks, as of a revision: a listing asks for many of one, and it looks at every
     * device.
     */
    private final Map<Shape, Never> nevers = new HashMap<>();

    private long neverRevision = -1;

    Reasons(ClusterState state, Observations observations) {
        this.state = state;
        this.observations = observations;
    }

    Reason of(Task task) {
        return switch (task.state()) {
            case TaskState.Blocked _ -> dependency(task);
            case TaskState.Queued(long notBefore) -> queued(task, notBefore);
            case TaskState.Running _ -> {
                Reason away = contact(task);
                yield away.code() == ReasonCode.NONE ? ofRecord(task, false) : away;
            }
            case TaskState.Stopping _ -> {
                Reason stopping = ofRecord(task, false);
                Reason away = contact(task);
                yield away.code() == ReasonCode.NONE
                        ? stopping
                        : new Reason(stopping.code(), stopping.text() + " (" + away.text() + ")");
            }
            case TaskState.Held _, TaskState.Placed _, TaskState.Finished _ ->
                    ofRecord(task, false);
        };
    }

    /**
     * What the record alone tells, in the same words: for a record of the past, whose state and
     * observations have moved on.
     *
     * @param retried it was queued by the end of an attempt
     */
    static Reason ofRecord(Task task, boolean retried) {
        return switch (task.state()) {
            case TaskState.Blocked _ -> new Reason(ReasonCode.DEPENDENCY, after(task));
            case TaskState.Held(String text) ->
                    new Reason(ReasonCode.HELD, text, "meow unhold " + task.fullname());
            case TaskState.Queued _ ->
                    retried
                            ? new Reason(ReasonCode.RETRY_BACKOFF, backoff(task, 0))
                            : new Reason(ReasonCode.QUEUED, "waits for the next look at the queue");
            case TaskState.Placed _ ->
                    new Reason(ReasonCode.STARTING, "starts on " + nodeName(task));
            case TaskState.Running _ -> overUse(task);
            case TaskState.Stopping(_, var stop) ->
                    new Reason(
                            ReasonCode.STOPPING, "being stopped: " + stop.reason().code().word());
            case TaskState.Finished(Outcome outcome, _) ->
                    new Reason(outcome.code(), outcome.text(), outcome.hint());
        };
    }

    /** Which of several parents it waits for, the record does not say. */
    private static String after(Task task) {
        return task.unsatisfied() == task.parents().size() && !task.parents().isEmpty()
                ? "after " + task.parents().getFirst().parentName()
                : "waits for its parents";
    }

    private static Reason overUse(Task task) {
        Attempt attempt = task.attempts().getLast();
        return attempt.overUse()
                .map(used ->
                        new Reason(
                                ReasonCode.OVER_USE,
                                OverUse.text(
                                        used.index(), used.mib(), attempt.promised(used.index()))))
                .orElse(Reason.NONE);
    }

    private Reason contact(Task task) {
        NodeId node = task.attempts().getLast().node();
        NodeHealth health = observations.health(node);
        return health == NodeHealth.READY || health == NodeHealth.SUSPECT
                ? Reason.NONE
                : new Reason(ReasonCode.NODE_UNREACHABLE, nodeName(task) + ": " + health.text());
    }

    private static String nodeName(Task task) {
        return task.attempts().getLast().nodeName();
    }

    private Reason dependency(Task task) {
        for (Dependency dependency : task.parents()) {
            if (!state.satisfied(dependency)) {
                Optional<Task> parent = state.task(dependency.parent());
                String name = dependency.parentName();
                if (parent.isEmpty()) {
                    return new Reason(
                            ReasonCode.DEPENDENCY,
                            "after " + name + ", which was removed",
                            "meow set " + task.fullname() + ".after ''");
                }
                return new Reason(
                        ReasonCode.DEPENDENCY,
                        "after " + name + " (" + words(parent.get()) + ")",
                        parent.get().finished() ? "meow rerun " + name : "");
            }
        }
        // A record of the past: its parents have got on since.
        return new Reason(ReasonCode.DEPENDENCY, "waits for its parents");
    }

    private static String words(Task parent) {
        String word = parent.status().word().toLowerCase(Locale.ROOT);
        return parent.state() instanceof TaskState.Finished(Outcome outcome, _)
                        && outcome.verdict() == Outcome.Verdict.FAILED
                        && !outcome.text().isEmpty()
                ? word + ": " + outcome.text()
                : word;
    }

    private Reason queued(Task task, long notBeforeMonoMs) {
        long left = notBeforeMonoMs - observations.now().monoMs();
        if (left > 0) {
            return new Reason(
                    ReasonCode.RETRY_BACKOFF,
                    backoff(task, state.settings().retryLimit())
                            + " in "
                            + Math.ceilDiv(left, 1000)
                            + "s");
        }
        Optional<Group> starting = GroupStart.starting(state, task);
        if (starting.isPresent()) {
            return new Reason(
                    ReasonCode.GROUP_START, "on_start of " + starting.get().fullname() + " runs");
        }
        Optional<Veto> veto = observations.nearestVeto(state.table().queue().shape(task.spec()));
        return veto.isEmpty() && !state.nodes().isEmpty()
                ? ofRecord(task, false)
                : waiting(task.spec(), veto);
    }

    /**
     * Why a task waits for a place.
     *
     * @param nearest of the nodes' vetoes; empty only if there are no nodes
     */
    Reason waiting(TaskSpec spec, Optional<Veto> nearest) {
        if (nearest.isEmpty()) {
            return new Reason(
                    ReasonCode.NO_NODES,
                    "no node has registered",
                    "start an agent: meow agent run --coordinator HOST:PORT");
        }
        Veto veto = nearest.get();
        return switch (veto.code()) {
            // Its nearest veto: no node is better.
            case NEVER_FITS, CONSTRAINT, NODE_LIST -> never(spec, veto.code());
            default -> new Reason(veto.code(), veto.node() + ": " + veto.text(), hint(veto));
        };
    }

    private Reason never(TaskSpec spec, ReasonCode code) {
        if (neverRevision != state.revision()) {
            neverRevision = state.revision();
            nevers.clear();
        }
        Never never = nevers.computeIfAbsent(Shape.of(spec), _ -> Never.of(spec, state.nodes()));
        return switch (code) {
            case CONSTRAINT, NODE_LIST ->
                    new Reason(
                            code,
                            never.text(),
                            "meow set %s.%s '%s'"
                                    .formatted(
                                            spec.fullname(),
                                            code == ReasonCode.NODE_LIST
                                                    ? "nodelist"
                                                    : "constraint",
                                            never.corrected().replace("'", "'\\''")));
            default ->
                    new Reason(
                            code, "never fits: " + never.text(), "meow remove " + spec.fullname());
        };
    }

    /**
     * @param limit of retries; 0: none, or not known
     */
    private static String backoff(Task task, int limit) {
        String next = "attempt " + (task.tally().attempts() + 1);
        return task.lastAttempt()
                .flatMap(last -> last.end().map(end -> next(task, last, end.result(), next, limit)))
                .orElse(next);
    }

    private static String next(
            Task task, Attempt last, AttemptResult result, String next, int limit) {
        return switch (result) {
            case AttemptResult.NotStarted _ -> "another try";
            case AttemptResult.Vanished _ -> next + " after a crash";
            case AttemptResult.Lost _ -> next + ", its node was lost";
            case AttemptResult.Exited(int code) when code == 100 ->
                    "retry "
                            + task.tally().retries()
                            + (limit > 0 ? "/" + limit : "")
                            + " (exit 100)";
            case AttemptResult.OutOfMemory _ -> next + ", out of memory";
            case AttemptResult.Exited _ when last.overUse().isPresent() ->
                    next + " with more memory";
            case AttemptResult.Exited _, AttemptResult.LaunchFailed _ ->
                    next + ", its node was emptied";
        };
    }

    private static String hint(Veto veto) {
        return switch (veto.code()) {
            case NODES_DRAINING -> "meow undrain " + veto.node();
            case NODES_DOWN -> "meow nodes";
            case DEVICE_SICK -> "meow gpus " + veto.node();
            default -> "";
        };
    }

    /** Waiting, and nothing but a person can change that. */
    boolean stuck(Task task) {
        if (stuckRevision != state.revision()) {
            stuckRevision = state.revision();
            stuck.clear();
        }
        Deque<Task> look = new ArrayDeque<>();
        look.push(state.task(task.id()).orElse(task));
        while (!look.isEmpty()) {
            List<Task> unknown =
                    stuck.containsKey(look.peek().id()) ? List.of() : judge(look.peek());
            if (unknown.isEmpty()) {
                look.pop();
            }
            unknown.forEach(look::push);
        }
        return stuck.getOrDefault(task.id(), false);
    }

    /** Judges a task by its parents; or else gives those that have to be judged before. */
    private List<Task> judge(Task task) {
        boolean is = task.state() instanceof TaskState.Held;
        List<Task> unknown = new ArrayList<>();
        if (task.state() instanceof TaskState.Blocked) {
            for (Dependency dependency : task.parents()) {
                if (!state.satisfied(dependency)) {
                    Optional<Task> parent = state.task(dependency.parent());
                    boolean over = parent.map(Task::finished).orElse(true);
                    is |= over || stuck.getOrDefault(dependency.parent(), false);
                    if (!over && !stuck.containsKey(dependency.parent())) {
                        unknown.add(parent.get());
                    }
                }
            }
        }
        if (is || unknown.isEmpty()) {
            stuck.put(task.id(), is);
            return List.of();
        }
        return unknown;
    }

    Explanation explain(Task task) {
        boolean queued = task.state() instanceof TaskState.Queued;
        List<NodeSpace> spaces =
                queued ? PlacementPass.spaces(state, observations) : List.<NodeSpace>of();
        TaskSpec spec = task.spec().asking(state.memory().resolved(task.spec().devices()));
        return new Explanation(
                task,
                of(task),
                Placer.vetoes(spec, spaces),
                queued ? state.table().queue().ahead(Rank.of(task)) : 0,
                observations.passedOver(task.id()),
                Placer.largestNow(spec, spaces),
                MemoryDesk.estimates(state, task.spec()));
    }
}
