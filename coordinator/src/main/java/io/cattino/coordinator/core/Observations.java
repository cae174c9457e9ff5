package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the leader sees but does not journal: sessions, samples, who was passed over, why shapes
 * wait. Rebuilt from the agents' hellos after a takeover; losing it loses nothing that was
 * accepted.
 */
final class Observations {
    private static final long SUSPECT_MS = 6_000;
    private static final long UNREACHABLE_MS = 15_000;

    private final ClusterState state;
    private final Map<NodeId, View.Contact> contacts = new HashMap<>();

    /** Said goodbye in their present session. */
    private final Set<NodeId> leaving = new HashSet<>();

    /** Since when an attempt uses more of a device than it was promised, of cluster time. */
    private final Map<AttemptId, Map<Integer, Long>> over = new HashMap<>();

    private final Map<AttemptId, Integer> missed = new HashMap<>();
    private final Map<TaskId, Integer> passedOver = new HashMap<>();
    private final Map<PendingQueue.Shape, Veto> vetoes = new HashMap<>();
    private final Map<String, TaskId> witnesses = new HashMap<>();
    private Time now;
    private boolean exiting;
    private boolean standbys;

    private boolean serving;

    /** Every agent has from then on all the time there is to say hello. */
    private long servingMonoMs;

    Observations(ClusterState state) {
        this.state = state;
        this.now = state.now();
        this.servingMonoMs = now.monoMs();
    }

    void at(Time time) {
        now = time;
    }

    /** Agents are let in. */
    void serving() {
        serving = true;
        servingMonoMs = now.monoMs();
    }

    /** Whether a node could be heard of at all. */
    boolean isServing() {
        return serving;
    }

    /** Whether another coordinator stands by to lead. */
    boolean standbys() {
        return standbys;
    }

    void standbys(boolean any) {
        standbys = any;
    }

    Time now() {
        return now;
    }

    /** The server ends: nothing new is placed. */
    void exit() {
        exiting = true;
    }

    boolean exiting() {
        return exiting;
    }

    void connected(NodeId node, long generation, List<Input.RunningAttempt> orphans) {
        leaving.remove(node);
        // Of what it used while nothing was heard of it, nobody knows.
        state.allocationsOn(node).forEach(held -> over.remove(held.attempt()));
        contacts.put(
                node,
                new View.Contact(
                        generation,
                        true,
                        now.monoMs(),
                        now.wallMs(),
                        List.of(),
                        orphans,
                        Set.of()));
    }

    /** A task of the group that was found to go on; it may be over by now. */
    Optional<TaskId> witness(String group) {
        return Optional.ofNullable(witnesses.get(group));
    }

    void witness(String group, TaskId task) {
        witnesses.put(group, task);
    }

    /** Whether the message comes from the newest session of the node. */
    boolean current(NodeId node, long generation) {
        View.Contact contact = contacts.get(node);
        return contact != null && contact.generation() == generation;
    }

    /** Whether a session of the node is newer than this one. */
    boolean newerThan(NodeId node, long generation) {
        View.Contact contact = contacts.get(node);
        return contact != null && contact.generation() > generation;
    }

    void heard(NodeId node) {
        contacts.computeIfPresent(node, (_, c) -> c.heard(now));
    }

    void sampled(NodeId node, List<Input.DeviceSample> samples, Set<NodeTrouble> troubles) {
        contacts.computeIfPresent(node, (_, c) -> c.heard(now).withSamples(samples).with(troubles));
    }

    void gone(NodeId node) {
        contacts.computeIfPresent(node, (_, c) -> c.broken());
    }

    /** Nothing of the attempt is left: what the newest samples still show of it is free. */
    void released(NodeId node, AttemptId attempt) {
        contacts.computeIfPresent(
                node,
                (_, c) ->
                        c.without(attempt)
                                .withSamples(
                                        c.samples().stream()
                                                .map(sample -> without(sample, attempt))
                                                .toList()));
    }

    private static Input.DeviceSample without(Input.DeviceSample sample, AttemptId attempt) {
        long used = sample.usedMib();
        List<Input.AttemptUse> others = new ArrayList<>();
        for (Input.AttemptUse use : sample.attempts()) {
            if (use.attempt().equals(attempt)) {
                used -= Math.clamp(use.usedMib(), 0, Math.max(0, used));
            } else {
                others.add(use);
            }
        }
        return sample.with(used, others);
    }

    void forget(NodeId node) {
        leaving.remove(node);
        contacts.remove(node);
    }

    Optional<View.Contact> contact(NodeId node) {
        return Optional.ofNullable(contacts.get(node));
    }

    /**
     * Since when a node is out of contact, of cluster time, or will be if nothing is heard of it;
     * not before the leader could hear of it, and not while it is away as planned or fences are
     * held. Never earlier than what its fence goes by: the leader hears a heartbeat after it was
     * sent.
     */
    long silentSinceMonoMs(NodeId node) {
        View.Contact contact = contacts.get(node);
        long heard = contact == null ? servingMonoMs : contact.heardMonoMs();
        long away = state.node(node).map(Node::awayUntilMonoMs).orElse(0L);
        return Math.max(heard, Math.max(away, state.fenceHoldUntilMonoMs()));
    }

    NodeHealth health(NodeId node) {
        View.Contact contact = contacts.get(node);
        boolean planned = contact == null || leaving.contains(node);
        if (planned && state.node(node).map(Node::awayUntilMonoMs).orElse(0L) > now.monoMs()) {
            return NodeHealth.AWAY;
        }
        if (now.monoMs() - silentSinceMonoMs(node)
                >= state.settings().loss().lostAfterOrDefaultMs()) {
            return NodeHealth.LOST;
        }
        if (contact == null) {
            return NodeHealth.UNKNOWN;
        }
        long silent = now.monoMs() - contact.heardMonoMs();
        if (silent >= UNREACHABLE_MS) {
            return NodeHealth.UNREACHABLE;
        }
        return contact.connected() && silent < SUSPECT_MS ? NodeHealth.READY : NodeHealth.SUSPECT;
    }

    /** Notes whether an attempt uses more of a device than it was promised. */
    void over(AttemptId attempt, int device, boolean is) {
        Map<Integer, Long> since = over.computeIfAbsent(attempt, _ -> new HashMap<>());
        if (is) {
            since.putIfAbsent(device, now.monoMs());
        } else {
            since.remove(device);
        }
        if (since.isEmpty()) {
            over.remove(attempt);
        }
    }

    /** Since when it does, of cluster time; now if it does not. */
    long overSince(AttemptId attempt, int device) {
        return over.getOrDefault(attempt, Map.of()).getOrDefault(device, now.monoMs());
    }

    int passedOver(TaskId task) {
        return passedOver.getOrDefault(task, 0);
    }

    void passOver(TaskId task) {
        passedOver.merge(task, 1, Integer::sum);
    }

    /** How many hellos have shown no trace of an attempt that was sent; this one counts. */
    int missed(AttemptId attempt) {
        return missed.merge(attempt, 1, Integer::sum);
    }

    /** Forgets who was passed over or missed as soon as that does not matter any more. */
    void see(Fact fact) {
        switch (fact) {
            case Fact.GroupEnding f -> witnesses.remove(f.group());
            case Fact.Placed f -> passedOver.remove(f.attempt().task());
            case Fact.Finished f -> passedOver.remove(f.task());
            case Fact.Purged f -> f.tasks().forEach(passedOver::remove);
            case Fact.Started f -> missed.remove(f.attempt());
            case Fact.Ended f -> {
                missed.remove(f.attempt());
                over.remove(f.attempt());
            }
            case Fact.NodeAway f -> leaving.add(f.node());
            case Fact.EpochBegan _,
                    Fact.Submitted _,
                    Fact.StopRequested _,
                    Fact.OverUsed _,
                    Fact.Released _,
                    Fact.Quarantined _,
                    Fact.Requeued _,
                    Fact.Held _,
                    Fact.Resumed _,
                    Fact.SubmissionsForgotten _,
                    Fact.Changed _,
                    Fact.ParentsChanged _,
                    Fact.SettingsChanged _,
                    Fact.NodeRegistered _,
                    Fact.DrainSet _,
                    Fact.NodeForgotten _,
                    Fact.FenceHoldSet _,
                    Fact.Answered _,
                    Fact.AnswersForgotten _,
                    Fact.MemoryMeasured _,
                    Fact.Checkpoint _ -> {}
        }
    }

    void clearVetoes() {
        vetoes.clear();
    }

    void vetoed(PendingQueue.Shape shape, Veto nearest) {
        vetoes.put(shape, nearest);
    }

    /**
     * Why the first task of the shape could not be placed at the last pass; empty if it was not
     * looked at.
     */
    Optional<Veto> nearestVeto(PendingQueue.Shape shape) {
        return Optional.ofNullable(vetoes.get(shape));
    }
}
