package io.cattino.it.sim;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.journal.InMemoryJournalStore;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalListener;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.it.sim.World.Actor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper, as far as coordinators see it: sessions that expire, the queue of those who would
 * lead, and the journal, whose records become durable one by one. Never fails itself; being cut
 * from it is what its failures look like.
 */
final class Zoo extends Actor {
    private static final long SESSION_MS = 4_000;

    /** So that most batches of several facts take several records, and can be torn. */
    private static final int PIECE_BYTES = 700;

    private final World world;
    private final Checker checker;
    private final Planted planted;
    private final InMemoryJournalStore store =
            new InMemoryJournalStore("sim", JournalListener.NONE, PIECE_BYTES);
    private final Map<Long, Session> queue = new TreeMap<>();
    private final Set<Journal> torn = new HashSet<>();
    private long places;
    private Optional<Journal> newest = Optional.empty();

    /** Of one life of a coordinator, until it has not been heard of for too long. */
    static final class Session {
        final Coordinator owner;
        private final Consumer<Runnable> answers;
        private long heard;
        private long place;
        private boolean expired;

        Session(Coordinator owner, Consumer<Runnable> answers, long now) {
            this.owner = owner;
            this.answers = answers;
            this.heard = now;
        }
    }

    Zoo(World world, Checker checker, Planted planted) {
        super("zoo");
        this.world = world;
        this.checker = checker;
        this.planted = planted;
        store.holdCommits(true);
        begin();
        expire();
    }

    private void expire() {
        for (Session session : List.copyOf(queue.values())) {
            if (world.now() - session.heard > SESSION_MS) {
                world.note(this, "expires the session of", session.owner.name);
                session.expired = true;
                leave(session);
            }
        }
        world.after(200, this, this::expire);
    }

    private void leave(Session session) {
        boolean first = head().filter(session::equals).isPresent();
        queue.remove(session.place);
        if (first) {
            head().ifPresent(next -> answer(next, next.owner::elected));
        }
    }

    private void answer(Session session, Runnable arrival) {
        session.answers.accept(arrival);
    }

    /** Who is first in the queue. */
    Optional<Session> head() {
        return queue.values().stream().findFirst();
    }

    /** Who is next after the first. */
    Optional<Session> second() {
        return queue.values().stream().skip(1).findFirst();
    }

    boolean isExpired(Session session) {
        return session.expired;
    }

    void ping(Session session, Runnable pong, Runnable expired) {
        session.heard = world.now();
        answer(session, session.expired ? expired : pong);
    }

    void stand(Session session) {
        if (!session.expired) {
            session.heard = world.now();
            session.place = ++places;
            queue.put(session.place, session);
            if (queue.size() == 1) {
                answer(session, session.owner::elected);
            }
        }
    }

    /** The connection was closed in good order, and the session with it. */
    void close(Session session) {
        if (!session.expired) {
            session.expired = true;
            leave(session);
        }
    }

    /** What a new leader gets. */
    record Taken(ClusterState state, Journal pen) {}

    /**
     * Writes the next epoch, and reads, if that place in the queue is the first, or next to one
     * whose owner is said to be gone.
     */
    void lead(Session session, Optional<Session> gone, Consumer<Taken> taken, Runnable refused) {
        session.heard = world.now();
        Optional<Session> first = head();
        boolean next =
                gone.isPresent()
                        && first.equals(gone)
                        && second().filter(session::equals).isPresent();
        if (session.expired || !(next || first.filter(session::equals).isPresent())) {
            answer(session, refused);
            return;
        }
        if (next) {
            queue.remove(gone.get().place);
        }
        try {
            JournalStore.Leadership leadership = store.lead(session.owner.name);
            newest = Optional.of(leadership.journal());
            world.note(
                    this,
                    "gives the leadership to",
                    session.owner.name,
                    leadership.journal().epoch(),
                    leadership.state().revision());
            checker.taken(leadership);
            answer(
                    session,
                    () -> taken.accept(new Taken(leadership.state(), leadership.journal())));
        } catch (JournalException e) {
            world.broken("the journal cannot be read: " + e);
        }
    }

    /** Stores a batch, record by record; the answer says how that went. */
    void append(
            Session session,
            Journal pen,
            long firstRevision,
            List<Fact> facts,
            Consumer<Optional<JournalException>> answer) {
        session.heard = world.now();
        if (session.expired) {
            answer(session, () -> answer.accept(Optional.of(lost())));
            return;
        }
        if (planted == Planted.EPOCH_UNCHECKED && !leads(pen)) {
            // It writes over what the other has written, or is written over.
            answer(session, () -> answer.accept(Optional.empty()));
            return;
        }
        int before = store.held();
        var _ =
                pen.append(firstRevision, facts)
                        .whenComplete((_, failure) -> {
                            if (failure == null) {
                                checker.durable(firstRevision, facts);
                            }
                            answer(session, () -> answer.accept(reason(failure)));
                        });
        long when = 0;
        for (int i = before; i < store.held(); i++) {
            when += world.between(0, 3);
            world.after(when, this, () -> commit(pen));
        }
    }

    private boolean leads(Journal pen) {
        return newest.filter(pen::equals).isPresent();
    }

    private static Optional<JournalException> reason(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> Optional.empty();
            case JournalException e -> Optional.of(e);
            default -> Optional.of(new JournalException("append failed", failure));
        };
    }

    private void commit(Journal pen) {
        if (!torn.contains(pen)) {
            store.commit(1);
        }
    }

    /** The rest of what the leader has under way never arrives. */
    void tear(Journal pen) {
        torn.add(pen);
    }

    int recordsUnderWay() {
        return store.held();
    }

    /** Whether the epoch is still the pen's. */
    void look(Session session, Journal pen, Consumer<Optional<JournalException>> answer) {
        session.heard = world.now();
        Optional<JournalException> verdict =
                session.expired
                        ? Optional.of(lost())
                        : leads(pen) || planted == Planted.EPOCH_UNCHECKED
                                ? Optional.empty()
                                : Optional.of(new JournalException.Fenced("another leads"));
        answer(session, () -> answer.accept(verdict));
    }

    void snapshot(Session session, Journal pen) {
        if (!session.expired) {
            var _ =
                    pen.snapshot()
                            .thenAccept(made -> world.note(this, "snapshot", String.valueOf(made)));
        }
    }

    private static JournalException lost() {
        return new JournalException("the session is lost");
    }
}
