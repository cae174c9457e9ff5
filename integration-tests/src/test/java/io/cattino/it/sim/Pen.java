package io.cattino.it.sim;

import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A leader's pen at its end of the line to {@link Zoo}: what it asks arrives later, what is
 * answered comes later still, or never.
 */
final class Pen implements Journal {
    private static final long LOOK_MS = 1_000;

    private final World world;
    private final Coordinator owner;
    private final Zoo.Session session;
    private final Journal stored;
    private final Planted planted;
    private final CompletableFuture<JournalException> failure = new CompletableFuture<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> looking = new ArrayList<>();
    private @org.jspecify.annotations.Nullable JournalException over;
    private boolean lookUnderWay;

    /** When the newest request that was answered well was sent. */
    private long knownMs;

    /** When the last of those came who look. */
    private long lookingMs;

    /** A batch that is under way, and the empty ones that came after it. */
    private record Waiting(
            CompletableFuture<Void> promised, long sentMs, List<CompletableFuture<Void>> later) {}

    Pen(World world, Coordinator owner, Journal stored, Planted planted) {
        this.world = world;
        this.owner = owner;
        this.session = owner.session();
        this.stored = stored;
        this.planted = planted;
        this.knownMs = world.now();
    }

    @Override
    public long epoch() {
        return stored.epoch();
    }

    @Override
    public CompletableFuture<Void> append(long firstRevision, List<Fact> facts) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (over != null) {
            done.completeExceptionally(over);
            return done;
        }
        if (facts.isEmpty()) {
            appendNothing(done);
            return done;
        }
        owner.crashAt(CrashPoint.BEFORE_APPEND);
        waiting.add(new Waiting(done, world.now(), new ArrayList<>()));
        List<Fact> written =
                planted == Planted.FACT_NOT_JOURNALED && facts.size() > 2 ? without(facts) : facts;
        owner.ask(zoo -> zoo.append(session, stored, firstRevision, written, this::onAppended));
        if (planted == Planted.ANSWERED_BEFORE_DURABLE) {
            done.complete(null);
        }
        owner.crashAt(CrashPoint.AFTER_APPEND);
        return done;
    }

    /** The same number of facts, one of them a harmless one. */
    private static List<Fact> without(List<Fact> facts) {
        List<Fact> changed = new ArrayList<>(facts);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i) instanceof Fact.Released released) {
                changed.set(i, new Fact.Checkpoint(released.at(), 0));
            }
        }
        return changed;
    }

    private void appendNothing(CompletableFuture<Void> done) {
        if (!waiting.isEmpty()) {
            waiting.getLast().later().add(done);
        } else if (isKnown() && looking.isEmpty()) {
            done.complete(null);
        } else {
            looking.add(done);
            lookingMs = world.now();
            look();
        }
    }

    private boolean isKnown() {
        return planted.leaseless() || world.now() - knownMs <= Coordinator.LEASE_MS;
    }

    /** It led some time after that was sent: of those who came later it says nothing. */
    private void led(long sentMs) {
        knownMs = Math.max(knownMs, sentMs);
        if (isKnown() || sentMs >= lookingMs) {
            List<CompletableFuture<Void>> answered = List.copyOf(looking);
            looking.clear();
            answered.forEach(each -> each.complete(null));
        }
    }

    private void onAppended(Optional<JournalException> failed) {
        if (over != null || !owner.isUp()) {
            return;
        }
        if (failed.isPresent()) {
            end(failed.get());
            return;
        }
        owner.crashAt(CrashPoint.BEFORE_EFFECTS);
        if (!owner.isUp()) {
            return;
        }
        Waiting done = waiting.remove();
        led(done.sentMs());
        done.promised().complete(null);
        done.later().forEach(this::appendNothing);
    }

    /** Who has nothing to write looks now and then whether it still may. */
    void keepLooking() {
        if (over == null) {
            if (waiting.isEmpty()) {
                look();
            }
            world.after(LOOK_MS, owner, this::keepLooking);
        }
    }

    private void look() {
        if (lookUnderWay) {
            return;
        }
        lookUnderWay = true;
        long sent = world.now();
        owner.ask(zoo -> zoo.look(session, stored, failed -> onLooked(sent, failed)));
    }

    private void onLooked(long sent, Optional<JournalException> failed) {
        lookUnderWay = false;
        if (over != null || !owner.isUp()) {
            return;
        }
        if (failed.isPresent()) {
            end(failed.get());
            return;
        }
        led(sent);
        if (!looking.isEmpty()) {
            look();
        }
    }

    /** The leadership is over, for this reason. */
    void end(JournalException why) {
        if (over != null) {
            return;
        }
        over = why;
        failure.complete(why);
        waiting.forEach(each -> {
            each.promised().completeExceptionally(why);
            each.later().forEach(it -> it.completeExceptionally(why));
        });
        looking.forEach(each -> each.completeExceptionally(why));
    }

    @Override
    public long confirmedNanos() {
        return knownMs * 1_000_000;
    }

    @Override
    public CompletableFuture<JournalException> failure() {
        return failure;
    }

    @Override
    public CompletableFuture<Boolean> snapshot(Duration patience) {
        owner.ask(zoo -> zoo.snapshot(session, stored));
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public long recordsSinceSnapshot() {
        return stored.recordsSinceSnapshot();
    }

    /** For what tears a batch. */
    Journal stored() {
        return stored;
    }

    @Override
    public void close() {
        end(new JournalException("closed"));
    }
}
