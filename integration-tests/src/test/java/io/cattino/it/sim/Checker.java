package io.cattino.it.sim;

import io.cattino.agent.core.AttemptId;
import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.Invariants;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.journal.JournalStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

/**
 * Knows what nobody in the cluster knows as a whole, and says so when it cannot be: every durable
 * fact, every process on every host, every answer that a client got.
 */
final class Checker {
    private final World world;

    /** Every durable fact, in order. */
    private final List<Fact> facts = new ArrayList<>();

    /** What they make. */
    private final ClusterState state = ClusterState.empty();

    private final Map<SubmissionId, Submission> acknowledged = new TreeMap<>();
    private final Map<TaskId, io.cattino.coordinator.core.model.AttemptId> live = new HashMap<>();
    private final Set<io.cattino.coordinator.core.model.AttemptId> ended = new HashSet<>();
    private final Set<TaskId> over = new HashSet<>();
    private final Map<Long, List<AttemptId>> commands = new HashMap<>();
    private final Map<Host, Long> obeyed = new HashMap<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private long epoch;
    private boolean rash;

    private long endedMs;

    Checker(World world) {
        this.world = world;
    }

    private void broken(String invariant, String what) {
        world.broken(invariant + ": " + what);
    }

    /** Counts that something was come across, for those who ask whether it ever is. */
    void seen(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    Map<String, Integer> seen() {
        return seen;
    }

    void crashedAt(CrashPoint point) {
        seen(point.name());
    }

    List<Fact> facts() {
        return facts;
    }

    ClusterState state() {
        return state;
    }

    /** These facts are durable from here on. */
    void durable(long firstRevision, List<Fact> batch) {
        if (firstRevision != state.revision() + 1) {
            broken("I8", "revision " + firstRevision + " after " + state.revision());
            return;
        }
        for (Fact fact : batch) {
            fact(fact);
            facts.add(fact);
            state.apply(fact);
        }
        List<String> promised = Invariants.overpromised(state, batch);
        if (!promised.isEmpty()) {
            broken("I6", promised.toString());
        }
    }

    private void fact(Fact fact) {
        switch (fact) {
            case Fact.EpochBegan(_, long next, _) -> {
                if (next <= state.epoch()) {
                    broken("I7", "epoch " + next + " began after " + state.epoch());
                }
            }
            case Fact.Placed placed -> {
                TaskId task = placed.attempt().task();
                if (live.put(task, placed.attempt()) != null || over.contains(task)) {
                    broken("I3", "placed once more: " + placed.attempt());
                }
            }
            case Fact.Ended end -> {
                if (!live.remove(end.attempt().task(), end.attempt())
                        || !ended.add(end.attempt())) {
                    broken("I2", "ended without being live: " + end.attempt());
                }
                seen(end.result().getClass().getSimpleName());
            }
            case Fact.Finished(_, TaskId task, _) -> {
                if (!over.add(task)) {
                    broken("I2", "finished twice: " + task);
                }
            }
            case Fact.Resumed(_, TaskId task) -> over.remove(task);
            case Fact.Requeued(_, TaskId task, _, _) -> {
                if (over.contains(task)) {
                    broken("I2", "requeued after its end: " + task);
                }
            }
            case Fact.Submitted submitted -> {
                if (state.submission(submitted.submission()).isPresent()) {
                    broken("I1", "submitted twice: " + submitted.submission());
                }
            }
            case Fact.Quarantined _ -> seen("Quarantined");
            case Fact.NodeForgotten _ -> seen("NodeForgotten");
            default -> {}
        }
    }

    /** Somebody leads from here on, with what was replayed. */
    void taken(JournalStore.Leadership leadership) {
        long next = leadership.journal().epoch();
        if (next <= epoch) {
            broken("I7", "epoch " + next + " was given after " + epoch);
        }
        epoch = next;
        same("replayed", leadership.state(), true);
        acknowledgedIn(leadership.state());
    }

    private void same(String how, ClusterState other, boolean wholly) {
        if (other.revision() != state.revision()
                || other.fingerprint() != state.fingerprint()
                || (wholly && !other.image().equals(state.image()))) {
            broken(
                    "I8",
                    "the %s state of revision %d is not that of the facts up to %d"
                            .formatted(how, other.revision(), state.revision()));
        }
    }

    /** The state of who leads, when it is waiting for nothing. */
    void isLive(ClusterState other, long of, boolean wholly) {
        if (of == epoch) {
            same("live", other, wholly);
        }
    }

    /** Every acknowledged submission is there, as it was acknowledged. */
    private void acknowledgedIn(ClusterState in) {
        acknowledged.forEach((id, submission) -> {
            Optional<Submission> stored = in.submission(id);
            if (stored.isEmpty()) {
                broken("I1", "an acknowledged submission is gone: " + id);
            } else if (!stored.get().tasks().equals(submission.tasks())) {
                broken("I1", "a submission has other tasks than were acknowledged: " + id);
            }
        });
    }

    /** A client was told that its submission is stored. */
    void acknowledged(Submission submission) {
        Submission before = acknowledged.putIfAbsent(submission.id(), submission);
        if (before != null && !before.tasks().equals(submission.tasks())) {
            broken("I1", "acknowledged twice, as different tasks: " + submission.id());
        }
        if (state.submission(submission.id()).isEmpty()) {
            broken("I1", "acknowledged before it was durable: " + submission.id());
        }
        seen("acknowledged");
    }

    /**
     * Coordinators take over from leaders that live, well before their sessions are over: then a
     * leader cannot know that it still is one, and what is read of it may be old.
     */
    void rashSuccessors() {
        rash = true;
    }

    /** A client read the state, after it had been shown another. */
    void read(String client, long before, long revision) {
        if (revision < before && !rash) {
            broken("reads", client + " saw revision " + revision + " after " + before);
        }
        if (revision > state.revision()) {
            broken("reads", client + " saw revision " + revision + ", which is not durable");
        }
    }

    void commandStarted(Host host, AttemptId id) {
        List<AttemptId> running = commands.computeIfAbsent(id.taskId(), _ -> new ArrayList<>());
        if (!running.isEmpty()) {
            broken("I3", id + " starts on " + host.name + " while " + running + " runs");
        }
        running.add(id);
        seen("started");
    }

    void commandEnded(Host host, AttemptId id) {
        List<AttemptId> running = commands.getOrDefault(id.taskId(), new ArrayList<>());
        if (!running.remove(id)) {
            broken("I3", id + " ends on " + host.name + " without having run");
        }
        endedMs = world.now();
    }

    /** When a command ended last. */
    long endedMs() {
        return endedMs;
    }

    /** What processes use of a host's devices, right after one more began. */
    void use(Host host, int devices, IntToLongFunction used) {
        for (int device = 0; device < devices; device++) {
            if (used.applyAsLong(device) > Host.DEVICE_MIB) {
                broken("I6", host.name + ":" + device + " is used beyond what it has");
            }
        }
    }

    /** The agent of a host did what a leader told it. */
    void obeyed(Host host, long of) {
        long before = obeyed.getOrDefault(host, 0L);
        if (of < before) {
            broken("I7", host.name + " obeys epoch " + of + " after " + before);
        }
        obeyed.put(host, Math.max(of, before));
    }

    /** At the end: everything there is, compared once more. */
    void end(ClusterState live) {
        same("last", live, true);
        acknowledgedIn(live);
        ClusterState replayed = ClusterState.empty();
        facts.forEach(replayed::apply);
        same("once more replayed", replayed, true);
        List<String> wrong = Invariants.broken(live);
        if (!wrong.isEmpty()) {
            world.broken("state: " + wrong);
        }
    }
}
