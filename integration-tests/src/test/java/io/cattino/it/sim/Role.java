package io.cattino.it.sim;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Invariants;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.loop.Clock;
import io.cattino.coordinator.loop.Letter;
import io.cattino.coordinator.loop.LoopListener;
import io.cattino.coordinator.loop.Pipeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One leadership: what {@code CoreLoop} and {@code Leadership} are around the product's pipeline,
 * without their threads.
 */
final class Role {
    private static final int IN_FLIGHT = 4;
    private static final int BATCH = 50;
    private static final long SNAPSHOT_RECORDS = 150;

    private final World world;
    private final Coordinator owner;
    private final Pen pen;
    private final Checker checker;
    private final SchedulerCore core;
    private final Sessions sessions;
    private final Planted planted;
    private final Deque<Letter> mailbox = new ArrayDeque<>();
    private @Nullable Pipeline pipeline;
    private int inFlight;
    private boolean serving;
    private boolean dead;
    private boolean awake;
    private boolean standbys;
    private long wakesMs = Long.MAX_VALUE;

    Role(
            World world,
            Coordinator owner,
            ClusterState state,
            Pen pen,
            Checker checker,
            Planted planted) {
        this.world = world;
        this.owner = owner;
        this.pen = pen;
        this.checker = checker;
        this.planted = planted;
        this.core = new SchedulerCore(state, "/runs");
        this.sessions = new Sessions(world, this);
    }

    void start(Consumer<Throwable> onOver) {
        Clock clock = new Clock(core.state().now(), this::nanos, world::instant);
        Pipeline made =
                new Pipeline(
                        core,
                        pen,
                        clock,
                        this::nanos,
                        this::release,
                        LoopListener.NONE,
                        why -> {
                            over();
                            onOver.accept(why);
                        });
        pipeline = made;
        var _ = pen.failure().thenAccept(made::end);
        pen.keepLooking();
        Letter.Ask activation = made.activation(owner.name);
        var _ = activation.answer().thenAccept(_ -> begun());
        put(activation);
        world.after(world.between(5_000, 15_000), owner, this::look);
        lookForStandbys();
    }

    private void lookForStandbys() {
        if (dead) {
            return;
        }
        boolean now = owner.seesStandbys();
        if (now != standbys) {
            standbys = now;
            var _ = submit(at -> new Input.StandbysSeen(at, now));
        }
        world.after(1_000, owner, this::lookForStandbys);
    }

    private long nanos() {
        return world.now() * 1_000_000;
    }

    private void begun() {
        if (!dead) {
            serving = true;
            check();
            world.note(owner, "leads", epoch());
        }
        var _ = submit(Input.Serving::new);
    }

    long epoch() {
        return pen.epoch();
    }

    boolean isServing() {
        return serving && !dead;
    }

    View view() {
        return core;
    }

    Pen pen() {
        return pen;
    }

    /** It was told at most 2 s ago that it leads. */
    boolean isSure() {
        return !dead && nanos() - pen.confirmedNanos() <= 2_000_000_000L;
    }

    /** Nothing is on its way to the journal, so the state is what the journal holds. */
    boolean isSettled() {
        return inFlight == 0 && !dead;
    }

    private void look() {
        if (dead) {
            return;
        }
        if (pen.recordsSinceSnapshot() > SNAPSHOT_RECORDS) {
            var _ = submit(Input.TakeCheckpoint::new).thenCompose(_ -> pen.snapshot());
        }
        world.after(10_000, owner, this::look);
    }

    CompletableFuture<Reply> submit(Function<Time, Input> input) {
        Letter.Ask ask = new Letter.Ask(input, new CompletableFuture<>());
        put(ask);
        return ask.answer();
    }

    <T> CompletableFuture<T> read(Function<View, T> query) {
        Letter.Look<T> look = new Letter.Look<>(query, new CompletableFuture<>());
        put(look);
        return look.answer();
    }

    private void put(Letter letter) {
        if (dead) {
            Pipeline.fail(letter.answer());
            return;
        }
        mailbox.add(letter);
        wake(world.between(0, 2));
    }

    private void wake(long later) {
        if (!dead && inFlight < IN_FLIGHT && (!awake || world.now() + later < wakesMs)) {
            awake = true;
            wakesMs = world.now() + later;
            long mine = wakesMs;
            world.after(
                    later,
                    owner,
                    () -> {
                        if (awake && wakesMs == mine) {
                            awake = false;
                            batch();
                        }
                    });
        }
    }

    private void batch() {
        Pipeline mine = pipeline;
        if (dead || mine == null || mine.isOver() || inFlight >= IN_FLIGHT) {
            return;
        }
        List<Letter> letters = new ArrayList<>();
        while (letters.size() < BATCH && !mailbox.isEmpty()) {
            letters.add(mailbox.remove());
        }
        Pipeline.Batch batch = mine.step(letters);
        if (!batch.isEmpty()) {
            inFlight++;
            var _ =
                    mine.commit(batch)
                            .thenRun(() -> {
                                inFlight--;
                                wake(0);
                            });
            tear();
        }
        wake(mailbox.isEmpty() ? Math.max(1, mine.untilTickNanos() / 1_000_000) : 1);
    }

    private void tear() {
        if (owner.armed() == CrashPoint.BETWEEN_PARTS) {
            owner.ask(zoo ->
                    world.after(
                            world.between(0, 3),
                            zoo,
                            () -> {
                                if (zoo.recordsUnderWay() > 0
                                        && owner.isUp()
                                        && owner.crashAt(CrashPoint.BETWEEN_PARTS)) {
                                    zoo.tear(pen.stored());
                                }
                            }));
        }
    }

    private void release(List<Effect> effects) {
        for (Effect effect : effects) {
            sessions.release(effect);
            if (owner.crashAt(CrashPoint.AMONG_EFFECTS)) {
                return;
            }
        }
        owner.crashAt(CrashPoint.BEFORE_REPLIES);
    }

    /** The process is gone. */
    void die() {
        dead = true;
    }

    /** The journal says that it is over, or its session is. */
    void lost(JournalException why) {
        pen.end(why);
    }

    private void over() {
        dead = true;
        List<Letter> left = List.copyOf(mailbox);
        mailbox.clear();
        left.forEach(letter -> Pipeline.fail(letter.answer()));
        if (owner.isUp()) {
            sessions.end();
        }
    }

    boolean isDead() {
        return dead || !owner.isUp();
    }

    Coordinator owner() {
        return owner;
    }

    Planted planted() {
        return planted;
    }

    void accept(Net.Stream<ToLeader, ToAgent> stream) {
        sessions.accept(stream);
    }

    /** What must hold of the state at any time; cheap. */
    void compare() {
        if (isSettled()) {
            checker.isLive(core.state(), epoch(), false);
        }
    }

    /** What must hold of the state at any time. */
    void check() {
        List<String> broken = Invariants.broken(core.state());
        if (!broken.isEmpty()) {
            world.broken("state of " + owner.name + ": " + broken);
        }
        if (isSettled()) {
            checker.isLive(core.state(), epoch(), true);
        }
    }
}
