package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Input.AgentReport;
import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What agents say. Law 3: no report makes the leader throw, and none is believed beyond what its
 * sender can know: an attempt counts only if this node holds it. What is stale is killed or
 * ignored, and acknowledged, so that it is not said again.
 */
final class AgentDesk {
    /**
     * Hellos without a trace of an attempt whose launch was sent, until that counts as a failure of
     * the node: an agent that dies of a launch must not be sent it for ever.
     */
    private static final int LAUNCHES = 3;

    private final Turn turn;
    private final Observations observations;

    AgentDesk(Turn turn, Observations observations) {
        this.turn = turn;
        this.observations = observations;
    }

    Reply connected(Input.AgentConnected hello) {
        Optional<Rejection> refused = refused(hello);
        if (refused.isPresent()) {
            return new Reply.Rejected(refused.get());
        }
        NodeId id = hello.identity().id();
        Optional<Node> known = turn.state().node(id);
        boolean rebooted =
                known.isPresent()
                        && !known.get().identity().bootId().equals(hello.identity().bootId());
        Drain drain = known.map(Node::drain).orElse(null);
        // The lease of a goodbye does not end with the next hello: its fence goes on by it.
        long away = known.map(Node::awayUntilMonoMs).orElse(0L);
        Node node =
                new Node(hello.identity(), hello.inventory(), hello.agentVersion(), drain, away);
        if (known.isEmpty() || !known.get().equals(node)) {
            turn.emit(new Fact.NodeRegistered(turn.at(), node));
        }
        hello.reports().forEach(report -> report(id, report));
        Map<AttemptId, RunningAttempt> running = new HashMap<>();
        hello.running().forEach(attempt -> running.put(attempt.attempt(), attempt));
        List<RunningAttempt> orphans = new ArrayList<>();
        hello.running().forEach(attempt -> reconcile(id, attempt, orphans));
        observations.connected(id, hello.generation(), orphans);
        for (Allocation held : List.copyOf(turn.state().allocationsOn(id))) {
            if (!running.containsKey(held.attempt())) {
                missing(node, held, rebooted);
            }
        }
        return new Reply.Welcomed(hello.reports().stream().map(AgentReport::sequence).toList());
    }

    private Optional<Rejection> refused(Input.AgentConnected hello) {
        if (observations.newerThan(hello.identity().id(), hello.generation())) {
            return Optional.of(new Rejection.StaleSession(hello.generation()));
        }
        return InventoryCheck.of(hello.inventory()).or(() -> duplicate(hello.identity()));
    }

    private Optional<Rejection> duplicate(NodeIdentity identity) {
        for (Node other : turn.state().nodes()) {
            boolean sameId = other.id().equals(identity.id());
            if (!sameId && other.name().equals(identity.name())) {
                String text = "another machine is registered as '" + identity.name() + "'";
                return Optional.of(new Rejection.DuplicateNode(identity.name(), text));
            }
            if (sameId
                    && !other.identity().bootId().equals(identity.bootId())
                    && observations.health(other.id()) == NodeHealth.READY) {
                // Machines of one image, without a machine id of their own.
                String text = "a machine with the same id is in contact";
                return Optional.of(new Rejection.DuplicateNode(identity.name(), text));
            }
            if (sameId
                    && !other.identity().machineId().equals(identity.machineId())
                    && needed(other)) {
                // Its boot id proves nothing about the machine that runs our attempts.
                String text =
                        "its data directory was copied from another machine that is still needed";
                return Optional.of(new Rejection.DuplicateNode(identity.name(), text));
            }
        }
        return Optional.empty();
    }

    private boolean needed(Node node) {
        return observations.health(node.id()) == NodeHealth.READY
                || !turn.state().allocationsOn(node.id()).isEmpty();
    }

    /** The agent runs this. */
    private void reconcile(NodeId node, RunningAttempt running, List<RunningAttempt> orphans) {
        AttemptId attempt = running.attempt();
        if (!known(attempt)) {
            orphans.add(running);
            return;
        }
        if (turn.state().allocation(attempt).map(a -> !a.node().equals(node)).orElse(true)) {
            kill(node, attempt);
            return;
        }
        Optional<Task> task = turn.live(attempt);
        if (task.isEmpty()) {
            if (givenUp(attempt)) {
                kill(node, attempt);
            }
            // Otherwise it is being cleaned there, and its release will be reported.
            return;
        }
        if (running.pid() > 0) {
            started(task.get(), attempt, running.pid(), running.startedWallMs());
        }
        turn.live(attempt).ifPresent(now -> TaskDesk.signal(turn, now));
    }

    /** It has ended for us without a word of its agent. */
    private boolean givenUp(AttemptId attempt) {
        return turn.state()
                .task(attempt.task())
                .flatMap(task -> task.attempt(attempt))
                .flatMap(Attempt::end)
                .map(end -> end.result() instanceof AttemptResult.Lost)
                .orElse(true);
    }

    /** Attempts of tasks and epochs that this journal never gave out are another journal's. */
    private boolean known(AttemptId attempt) {
        return attempt.task().value() < turn.state().nextTask()
                && attempt.epoch() <= turn.state().epoch();
    }

    /** The state says that the node holds this, and the agent knows nothing of it. */
    private void missing(Node node, Allocation held, boolean rebooted) {
        AttemptId attempt = held.attempt();
        Optional<Task> live = turn.live(attempt);
        if (live.isEmpty()) {
            turn.emit(new Fact.Released(turn.at(), attempt));
            return;
        }
        Task task = live.get();
        boolean started = task.attempts().getLast().startedWallMs() > 0;
        if (task.state() instanceof TaskState.Placed
                && !rebooted
                && observations.missed(attempt) < LAUNCHES) {
            turn.effect(PlacementPass.launch(turn.state(), task, attempt, node));
            return;
        }
        AttemptResult result =
                rebooted
                        ? new AttemptResult.Lost("node " + node.name() + " was rebooted")
                        : started
                                ? new AttemptResult.Vanished(
                                        "agent of " + node.name() + " has no trace of it")
                                : new AttemptResult.NotStarted(
                                        "the order to start it did not reach " + node.name());
        TaskDesk.rule(turn, task, new Trigger.Ended(attempt, result, turn.at().wallMs()));
        turn.emit(new Fact.Released(turn.at(), attempt));
    }

    Reply reported(Input.AgentReported input) {
        if (!observations.current(input.node(), input.generation())) {
            return new Reply.Rejected(new Rejection.StaleSession(input.generation()));
        }
        observations.heard(input.node());
        input.reports().forEach(report -> report(input.node(), report));
        return new Reply.Acknowledged(input.reports().stream().map(AgentReport::sequence).toList());
    }

    private void report(NodeId node, AgentReport report) {
        AttemptId attempt = report.attempt();
        Optional<Allocation> held =
                turn.state().allocation(attempt).filter(a -> a.node().equals(node));
        if (held.isEmpty()) {
            stray(node, attempt, report.event());
            return;
        }
        Optional<Task> live = turn.live(attempt);
        switch (report.event()) {
            case AttemptEvent.Started(long pid) -> {
                live.ifPresent(task -> started(task, attempt, pid, report.wallMs()));
                if (live.isEmpty() && givenUp(attempt)) {
                    kill(node, attempt);
                }
            }
            case AttemptEvent.Ended end ->
                    live.ifPresent(task -> ended(task, attempt, end, report.wallMs()));
            case AttemptEvent.Released() -> {
                // A release before the end was reported is not believed: the end is on its way.
                if (live.isEmpty()) {
                    observations.released(node, attempt);
                    turn.emit(new Fact.Released(turn.at(), attempt));
                    turn.effect(new Effect.Forget(node, attempt));
                }
            }
            case AttemptEvent.Stranded(String text) -> {
                if (live.isEmpty() && held.get().hold() != Allocation.Hold.QUARANTINED) {
                    turn.emit(new Fact.Quarantined(turn.at(), attempt, text));
                }
            }
        }
    }

    /** News of an attempt that this node does not hold for us. */
    private void stray(NodeId node, AttemptId attempt, AttemptEvent event) {
        switch (event) {
            case AttemptEvent.Started _ -> {
                if (known(attempt)) {
                    kill(node, attempt);
                }
            }
            case AttemptEvent.Released _ -> {
                observations.released(node, attempt);
                turn.effect(new Effect.Forget(node, attempt));
            }
            case AttemptEvent.Ended _, AttemptEvent.Stranded _ -> {}
        }
    }

    /** The wall clock of an agent is not to be relied upon, and 0 would mean: not started. */
    private void started(Task task, AttemptId attempt, long pid, long wallMs) {
        long when = wallMs > 0 ? wallMs : Math.max(1, turn.at().wallMs());
        TaskDesk.rule(turn, task, new Trigger.Started(attempt, pid, when));
    }

    private void ended(Task task, AttemptId attempt, AttemptEvent.Ended end, long wallMs) {
        List<Group> starting = GroupStart.by(turn.state(), task, attempt);
        int started = GroupStart.started(starting, end);
        List<DeviceShare> peaks = peaks(task, end);
        AttemptResult result = Blame.result(turn.state(), task, end);
        TaskDesk.rule(
                turn,
                task,
                new Trigger.Ended(
                        attempt,
                        result,
                        wallMs,
                        started,
                        peaks,
                        MoreMemory.of(task, peaks, turn.state().nodes()),
                        end.note()));
        MemoryDesk.ended(turn, task, attempt, result, wallMs, peaks);
        GroupStart.fail(turn, starting.subList(started, starting.size()), end.result());
    }

    /** Of the devices that it was given: of others its agent can say nothing that counts. */
    private static List<DeviceShare> peaks(Task task, AttemptEvent.Ended end) {
        return task.attempts().getLast().devices().stream()
                .flatMap(given ->
                        end.peaks().stream().filter(peak -> peak.index() == given.index()).limit(1))
                .toList();
    }

    private void kill(NodeId node, AttemptId attempt) {
        turn.effect(new Effect.Kill(node, attempt));
    }

    Reply sampled(Input.AgentSampled input) {
        if (!observations.current(input.node(), input.generation())) {
            return new Reply.Rejected(new Rejection.StaleSession(input.generation()));
        }
        observations.sampled(input.node(), input.devices(), input.troubles());
        OverUse.look(turn, observations, input.node());
        return NodeDesk.fenceHold(turn);
    }

    Reply gone(NodeId node, long generation) {
        if (observations.current(node, generation)) {
            observations.gone(node);
        }
        return new Reply.Nothing();
    }

    Reply goodbye(Input.AgentGoodbye input) {
        return observations.current(input.node(), input.generation())
                ? NodeDesk.away(turn, input.node(), input.awayMs())
                : new Reply.Nothing();
    }

    /** An operator says that nothing runs on the machine any more. */
    Reply forget(Input.ForgetNode input) {
        Optional<Node> found = NodeDesk.find(turn.state(), input.node());
        if (found.isEmpty()) {
            return new Reply.Rejected(NodeDesk.unknown(turn.state(), input.node()));
        }
        Node node = found.get();
        if (observations.contact(node.id()).map(View.Contact::connected).orElse(false)) {
            String text = "node '" + node.name() + "' is connected";
            return new Reply.Rejected(
                    new Rejection.WrongState(node.name(), text, "stop its agent first"));
        }
        for (Allocation held : List.copyOf(turn.state().allocationsOn(node.id()))) {
            turn.live(held.attempt())
                    .ifPresent(task ->
                            TaskDesk.rule(
                                    turn,
                                    task,
                                    new Trigger.Ended(
                                            held.attempt(),
                                            new AttemptResult.Lost(
                                                    "node " + node.name() + " was forgotten"),
                                            turn.at().wallMs())));
            turn.emit(new Fact.Released(turn.at(), held.attempt()));
        }
        turn.emit(new Fact.NodeForgotten(turn.at(), node.id()));
        observations.forget(node.id());
        return new Reply.NodeChanged(node);
    }
}
