package io.cattino.it.sim;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.it.sim.World.Actor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator's process: has a session with {@link Zoo}, queues up, leads when its turn has come,
 * queues up again when the session is lost, and starts anew when it was fenced or has crashed.
 */
final class Coordinator extends Actor {
    /** For so long after it was last told, a leader need not ask whether it still leads. */
    static final long LEASE_MS = 2_000;

    /** When a client of ZooKeeper that hears nothing gives its session up. */
    private static final long LOST_MS = 6_700;

    private final World world;
    private final Net net;
    private final Zoo zoo;
    private final Checker checker;
    private final Planted planted;
    private Zoo.@Nullable Session session;
    private @Nullable Role role;
    private boolean leading;
    private Consumer<Runnable> toZoo = Runnable::run;
    private long heardMs;
    private @Nullable CrashPoint armed;
    private int leaderships;

    Coordinator(String name, World world, Net net, Zoo zoo, Checker checker, Planted planted) {
        super(name);
        this.world = world;
        this.net = net;
        this.zoo = zoo;
        this.checker = checker;
        this.planted = planted;
    }

    /** The process starts. */
    void start() {
        begin();
        world.note(this, "starts");
        armed = null;
        role = null;
        stand();
    }

    private void stand() {
        leading = false;
        Zoo.Session mine = new Zoo.Session(this, net.pipe(zoo, this, Runnable::run), world.now());
        session = mine;
        toZoo = net.pipe(this, zoo, Runnable::run);
        heardMs = world.now();
        ask(it -> it.stand(mine));
        ping(mine);
    }

    /** The session of now; a role asks in that of its own time. */
    Zoo.Session session() {
        Zoo.Session now = session;
        if (now == null) {
            throw new IllegalStateException(name + " has no session");
        }
        return now;
    }

    /** Something for ZooKeeper to do, when it hears of it. A dead process asks for nothing. */
    void ask(Consumer<Zoo> question) {
        if (isUp()) {
            toZoo.accept(() -> question.accept(zoo));
        }
    }

    private void ping(Zoo.Session of) {
        if (of != session) {
            return;
        }
        if (world.now() - heardMs > LOST_MS) {
            sessionLost(of);
            return;
        }
        int life = life();
        ask(it ->
                it.ping(
                        of,
                        () -> {
                            if (isLife(life) && of == session) {
                                heardMs = world.now();
                            }
                        },
                        () -> {
                            if (isLife(life)) {
                                sessionLost(of);
                            }
                        }));
        world.after(1_000, this, () -> ping(of));
    }

    private void sessionLost(Zoo.Session of) {
        if (of != session) {
            return;
        }
        world.note(this, "lost its session");
        session = null;
        Role now = role;
        if (now != null) {
            now.lost(new JournalException("the session is lost"));
        }
        world.after(world.between(200, 1_000), this, this::stand);
    }

    /** The first in the queue. */
    void elected() {
        if (isUp() && session != null) {
            lead(Optional.empty());
        }
    }

    /** The leader seems to be gone: this one is next, and does not wait. */
    void replace(Zoo.Session gone) {
        if (isUp() && session != null) {
            lead(Optional.of(gone));
        }
    }

    private void lead(Optional<Zoo.Session> gone) {
        if (leading || role != null) {
            return;
        }
        leading = true;
        Zoo.Session mine = session();
        int life = life();
        ask(it ->
                it.lead(
                        mine,
                        gone,
                        taken -> {
                            if (isLife(life) && mine == session) {
                                begin(taken);
                            }
                        },
                        () -> {
                            if (isLife(life) && mine == session) {
                                leading = false;
                            }
                        }));
    }

    private void begin(Zoo.Taken taken) {
        leaderships++;
        Pen pen = new Pen(world, this, taken.pen(), planted);
        Role now = new Role(world, this, taken.state(), pen, checker, planted);
        role = now;
        now.start(why -> roleOver(now, why));
    }

    private void roleOver(Role over, Throwable why) {
        if (role != over || !isUp()) {
            return;
        }
        role = null;
        world.note(this, "leads no more", String.valueOf(why.getMessage()));
        if (why instanceof JournalException.Fenced) {
            Zoo.Session mine = session;
            if (mine != null) {
                ask(it -> it.close(mine));
            }
            end();
            world.after(world.between(500, 3_000), World.EVER, this::restart);
        } else if (session != null) {
            Zoo.Session mine = session;
            session = null;
            ask(it -> it.close(mine));
            world.after(world.between(200, 1_000), this, this::stand);
        }
    }

    private void restart() {
        if (!isUp()) {
            start();
        }
    }

    /** Like kill -9; somebody starts it again. */
    void crash(long downMs) {
        if (!isUp()) {
            return;
        }
        world.note(this, "crashes");
        Optional<Zoo.Session> mine = Optional.ofNullable(session);
        Role was = role;
        if (was != null) {
            was.die();
        }
        role = null;
        session = null;
        end();
        world.after(downMs, World.EVER, this::restart);
        mine.filter(it -> zoo.head().filter(it::equals).isPresent()).ifPresent(this::seenGone);
    }

    /** The next in the queue finds that nobody listens any more where the leader was. */
    private void seenGone(Zoo.Session gone) {
        world.after(
                world.between(300, 1_500),
                World.EVER,
                () -> {
                    Optional<Zoo.Session> next = zoo.second();
                    if (!isUp()
                            && next.isPresent()
                            && !net.isCut(next.get().owner, this)
                            && zoo.head().filter(gone::equals).isPresent()) {
                        world.deliver(next.get().owner, () -> next.get().owner.replace(gone));
                    }
                });
    }

    /** It will crash when it comes there next, if it leads. */
    void arm(CrashPoint point) {
        armed = point;
    }

    /** It has come there. */
    boolean crashAt(CrashPoint point) {
        if (armed != point || !isUp()) {
            return false;
        }
        armed = null;
        world.note(this, "has come to", point.name());
        checker.crashedAt(point);
        crash(world.between(300, 8_000));
        return true;
    }

    @Nullable CrashPoint armed() {
        return armed;
    }

    boolean isLeading() {
        return role != null && role.isServing();
    }

    Optional<Role> role() {
        return Optional.ofNullable(role);
    }

    int leaderships() {
        return leaderships;
    }

    /** Who leads, as far as it knows. */
    Optional<Coordinator> hint() {
        return zoo.head().map(first -> first.owner).filter(first -> first != this);
    }

    /** Whether somebody stands behind it in the queue. */
    boolean seesStandbys() {
        return zoo.second().isPresent();
    }

    /** An agent dials. */
    void accept(Net.Stream<ToLeader, ToAgent> stream) {
        Role now = role;
        if (now == null || !now.isServing()) {
            stream.atServer(_ -> refuse(stream), () -> {});
        } else {
            now.accept(stream);
        }
    }

    private void refuse(Net.Stream<ToLeader, ToAgent> stream) {
        stream.toDialler(new ToAgent.Refused(hint()));
    }

    /** A client asks for something to be done. */
    Optional<CompletableFuture<Reply>> submit(Function<Time, Input> input) {
        return isLeading() ? role().map(now -> now.submit(input)) : Optional.empty();
    }

    /** A client asks something. */
    <T> Optional<CompletableFuture<T>> read(Function<View, T> query) {
        return isLeading() ? role().map(now -> now.read(query)) : Optional.empty();
    }
}
