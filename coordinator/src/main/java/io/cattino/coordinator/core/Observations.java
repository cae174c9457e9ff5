package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the leader sees but does not journal: sessions, samples, who was passed over, why shapes
 * wait. Rebuilt from the agents' hellos after a takeover; losing it loses nothing that was
 * accepted.
 */
final class Observations {
    private static final long SUSPECT_MS = 6_000;
    private static final long UNREACHABLE_MS = 15_000;

    /** Nobody is believed to be away for longer. */
    private static final long LONGEST_AWAY_MS = 24L * 3_600_000;

    private final Map<NodeId, View.Contact> contacts = new HashMap<>();
    private final Map<NodeId, Long> awayUntilMonoMs = new HashMap<>();
    private final Map<AttemptId, Integer> missed = new HashMap<>();
    private final Map<TaskId, Integer> passedOver = new HashMap<>();
    private final Map<PendingQueue.Shape, Veto> vetoes = new HashMap<>();
    private final Map<String, TaskId> witnesses = new HashMap<>();
    private Time now = Time.ZERO;
    private boolean exiting;

    void at(Time time) {
        now = time;
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
        awayUntilMonoMs.remove(node);
        contacts.put(
                node,
                new View.Contact(generation, true, now.monoMs(), now.wallMs(), List.of(), orphans));
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

    void sampled(NodeId node, List<Input.DeviceSample> samples) {
        contacts.computeIfPresent(node, (_, c) -> c.heard(now).withSamples(samples));
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
        return new Input.DeviceSample(sample.index(), used, others, sample.unknown());
    }

    /** Its agent was stopped as planned, and means to be back by then. */
    void goodbye(NodeId node, long awayMs) {
        awayUntilMonoMs.put(node, now.monoMs() + Math.clamp(awayMs, 0, LONGEST_AWAY_MS));
    }

    void forget(NodeId node) {
        contacts.remove(node);
        awayUntilMonoMs.remove(node);
    }

    Optional<View.Contact> contact(NodeId node) {
        return Optional.ofNullable(contacts.get(node));
    }

    NodeHealth health(NodeId node) {
        View.Contact contact = contacts.get(node);
        if (contact == null) {
            return NodeHealth.UNKNOWN;
        }
        if (awayUntilMonoMs.getOrDefault(node, Long.MIN_VALUE) > now.monoMs()) {
            return NodeHealth.AWAY;
        }
        long silent = now.monoMs() - contact.heardMonoMs();
        if (silent >= UNREACHABLE_MS) {
            return NodeHealth.UNREACHABLE;
        }
        return contact.connected() && silent < SUSPECT_MS ? NodeHealth.READY : NodeHealth.SUSPECT;
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
            case Fact.Ended f -> missed.remove(f.attempt());
            case Fact.EpochBegan _,
                    Fact.Submitted _,
                    Fact.StopRequested _,
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
