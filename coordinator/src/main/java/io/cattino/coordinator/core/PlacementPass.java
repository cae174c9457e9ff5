package io.cattino.coordinator.core;

import io.cattino.coordinator.core.PendingQueue.Rank;
import io.cattino.coordinator.core.PendingQueue.Shape;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult.NotStarted;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.placement.Mix;
import io.cattino.coordinator.core.placement.NodeSpace;
import io.cattino.coordinator.core.placement.Placement;
import io.cattino.coordinator.core.placement.Placer;
import io.cattino.coordinator.core.placement.Placer.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * One look at the waiting tasks, in global order, backfilling what fits: a shape whose first task
 * does not fit costs one look.
 *
 * <p>The rule against starvation: a task that {@value #PATIENCE} tasks ranking after it went past
 * keeps the devices on which it lacks least; nobody who ranks after it is promised any of them. One
 * task at a time, the first in order.
 */
final class PlacementPass {
    /** Later-ranking tasks that may be placed past a waiting one. */
    static final int PATIENCE = 8;

    /** Placements in one pass, so that it stays short on a large farm; the next one goes on. */
    private static final int BUDGET = 500;

    private record Head(Rank rank, Shape shape) {}

    private final ClusterState state;
    private final Observations observations;
    private final Turn turn;
    private final List<NodeSpace> spaces;
    private final Mix mix;
    private final List<Task> blocked = new ArrayList<>();
    private boolean reserved;

    private PlacementPass(Turn turn, Observations observations) {
        this.turn = turn;
        this.state = turn.state();
        this.observations = observations;
        this.spaces = spaces(state, observations);
        this.mix = state.mix();
    }

    /** What the nodes can still promise, in the order of their names. */
    static List<NodeSpace> spaces(ClusterState state, Observations observations) {
        return state.nodes().stream()
                .sorted(Comparator.comparing(Node::name).thenComparing(Node::id))
                .map(node -> {
                    Optional<View.Contact> contact = observations.contact(node.id());
                    return NodeSpace.of(
                            node,
                            observations.health(node.id()),
                            contact.map(View.Contact::troubles).orElse(Set.of()),
                            state.book(node.id()),
                            contact.map(View.Contact::samples).orElse(List.of()),
                            contact.map(View.Contact::orphans).orElse(List.of()));
                })
                .toList();
    }

    /**
     * Places what can be placed.
     *
     * @return whether the budget ran out before everything was looked at
     */
    static boolean run(Turn turn, Observations observations) {
        PendingQueue queue = turn.state().table().queue();
        for (TaskId due : queue.due(turn.at().monoMs())) {
            queue.release(turn.state().table().get(due));
        }
        if (queue.isEmpty()) {
            return false;
        }
        observations.clearVetoes();
        return new PlacementPass(turn, observations).placeAll(queue);
    }

    private boolean placeAll(PendingQueue queue) {
        PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::rank));
        queue.shapes().forEach((shape, ranks) -> heads.add(new Head(ranks.first(), shape)));
        int placed = 0;
        while (!heads.isEmpty()) {
            if (placed >= BUDGET) {
                return true;
            }
            Head head = heads.remove();
            Task task = state.table().get(head.rank().task());
            if (GroupStart.waits(state, task)) {
                // It alone waits: others of its shape do not.
                next(queue, head).ifPresent(heads::add);
                continue;
            }
            Optional<List<NodeSpace>> own = ownSpace(task);
            TaskSpec spec = task.spec().asking(head.shape().devices());
            switch (Placer.look(spec, own.orElse(spaces), failedLately(task), mix)) {
                case Verdict.Waits _ when own.isPresent() ->
                        next(queue, head).ifPresent(heads::add);
                case Verdict.Waits(Optional<Veto> nearest) -> {
                    nearest.ifPresent(veto -> observations.vetoed(head.shape(), veto));
                    wait(task, spec);
                }
                case Verdict.Fits(Placement placement) -> {
                    place(task, placement);
                    placed++;
                    next(queue, head).ifPresent(heads::add);
                }
            }
        }
        return false;
    }

    /** The next task of the shape. */
    private static Optional<Head> next(PendingQueue queue, Head head) {
        return Optional.ofNullable(queue.shapes().get(head.shape()))
                .map(ranks -> ranks.higher(head.rank()))
                .map(rank -> new Head(rank, head.shape()));
    }

    /** The only node for it, as long as that takes tasks: a group's on_end runs where it ended. */
    private Optional<List<NodeSpace>> ownSpace(Task task) {
        return GroupEnd.node(state, task)
                .flatMap(node ->
                        spaces.stream()
                                .filter(space -> space.id().equals(node) && space.isOpen())
                                .findFirst())
                .map(List::of);
    }

    /**
     * Nodes that could not start it since one last did: a node that fails fast must not draw the
     * task to itself again and again.
     */
    private static Set<NodeId> failedLately(Task task) {
        if (task.tally().infrastructure() == 0) {
            return Set.of();
        }
        Set<NodeId> failed = new HashSet<>();
        for (Attempt attempt : task.attempts().reversed()) {
            boolean notStarted =
                    attempt.end().map(end -> end.result() instanceof NotStarted).orElse(false);
            if (!notStarted) {
                break;
            }
            failed.add(attempt.node());
        }
        return failed;
    }

    private void wait(Task task, TaskSpec spec) {
        blocked.add(task);
        if (!reserved && observations.passedOver(task.id()) >= PATIENCE) {
            Placer.reserve(spec, spaces);
            reserved = true;
        }
    }

    private void place(Task task, Placement placement) {
        TaskSpec spec = task.spec();
        AttemptId attempt = new AttemptId(task.id(), task.tally().attempts() + 1, state.epoch());
        Node node = placement.node();
        turn.emit(
                new Fact.Placed(
                        turn.at(),
                        Allocation.held(
                                attempt,
                                node.id(),
                                placement.devices(),
                                placement.whole(),
                                spec.cpus()),
                        node.name(),
                        spec.loss().resolve(state.settings().loss(), observations.standbys())));
        turn.effect(launch(state, state.table().get(task.id()), attempt, node));
        placement.take(spec.cpus());
        for (Task waiting : blocked) {
            if (competes(spec, placement, waiting)
                    && Placer.couldEverHold(waiting.spec(), placement.space())) {
                observations.passOver(waiting.id());
            }
        }
    }

    private boolean competes(TaskSpec placed, Placement placement, Task waiting) {
        boolean devices =
                waiting.spec().devices().count() > 0
                        && Placer.sharesDevices(placement, waiting.spec());
        boolean cpus = placed.cpus() > 0 && waiting.spec().cpus() > 0;
        boolean slots =
                observations
                        .nearestVeto(state.table().queue().shape(waiting.spec()))
                        .map(veto -> veto.code() == ReasonCode.SLOTS)
                        .orElse(false);
        return devices || cpus || slots;
    }

    /** The order to start an attempt, from what the state holds. */
    static Effect.Launch launch(ClusterState state, Task task, AttemptId attempt, Node node) {
        Submission submission = state.submission(task.submission()).orElseThrow();
        return new Effect.Launch(
                node.id(),
                attempt,
                task.spec(),
                state.context(submission.contextId()).orElseThrow(),
                submission.runDir(),
                state.allocation(attempt).orElseThrow().devices(),
                GroupStart.by(state, task, attempt),
                task.lastAttempt().flatMap(Attempt::loss));
    }
}
