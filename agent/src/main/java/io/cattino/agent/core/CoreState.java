package io.cattino.agent.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything the core knows, and the effects of the step under way. Confined to the loop. */
final class CoreState {

    final AgentLimits limits;

    /** Those that anything may still happen to. */
    final TreeMap<AttemptId, Attempt> attempts = new TreeMap<>();

    /** When to claim the start of an attempt again, by the monotonic clock. */
    final TreeMap<AttemptId, Long> claimAgain = new TreeMap<>();

    /** What happened to devices of those that run on them; not known after a restart. */
    final TreeMap<AttemptId, Failure> failures = new TreeMap<>();

    /** Up to a day's worth of them; kept apart, so that nothing ever has to walk through them. */
    private final TreeMap<AttemptId, Attempt> tombstones = new TreeMap<>();

    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>();
    final TreeMap<Long, Report> unacknowledged = new TreeMap<>();
    long nextSequence;
    long highestEpoch;
    boolean connected;
    long generation;
    private List<AgentEffect> effects = new ArrayList<>();

    /** A device failed; with {@code killed}, what ran on it was killed for that. */
    record Failure(String why, boolean killed) {}

    private record Expiry(long untilWallMs, AttemptId id) implements Comparable<Expiry> {

        private static final Comparator<Expiry> ORDER =
                Comparator.comparingLong(Expiry::untilWallMs).thenComparing(Expiry::id);

        @Override
        public int compareTo(Expiry other) {
            return ORDER.compare(this, other);
        }
    }

    CoreState(AgentLimits limits, long highestEpoch, long nextSequence) {
        this.limits = limits;
        this.highestEpoch = highestEpoch;
        this.nextSequence = nextSequence;
    }

    void emit(AgentEffect effect) {
        effects.add(effect);
    }

    List<AgentEffect> takeEffects() {
        List<AgentEffect> taken = effects;
        effects = new ArrayList<>();
        return List.copyOf(taken);
    }

    @Nullable Attempt find(AttemptId id) {
        Attempt live = attempts.get(id);
        return live != null ? live : tombstones.get(id);
    }

    void put(Attempt attempt) {
        if (attempt.phase() instanceof Phase.Tombstone(_, long untilWallMs)) {
            attempts.remove(attempt.id());
            if (tombstones.put(attempt.id(), attempt) == null) {
                expiries.add(new Expiry(untilWallMs, attempt.id()));
            }
        } else {
            attempts.put(attempt.id(), attempt);
        }
    }

    /** Drops the tombstones that are old enough. */
    void expire(long wallMs) {
        Expiry next = expiries.peek();
        while (next != null && wallMs > next.untilWallMs()) {
            expiries.remove();
            tombstones.remove(next.id());
            next = expiries.peek();
        }
    }

    void report(AttemptId id, long wallMs, Report.Event event) {
        Report report = new Report(nextSequence++, id, wallMs, event);
        unacknowledged.put(report.sequence(), report);
        if (connected) {
            emit(new AgentEffect.Send(report));
        }
    }

    void signal(AttemptId id, SignalKind kind) {
        emit(new AgentEffect.SignalSession(id, kind));
    }

    boolean isOwed(AttemptId id) {
        return unacknowledged.values().stream().anyMatch(report -> report.id().equals(id));
    }
}
