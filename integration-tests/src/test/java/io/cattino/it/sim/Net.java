package io.cattino.it.sim;

import io.cattino.it.sim.World.Actor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** What lies between the actors: late, and at times cut, in one direction or in both. */
final class Net {
    /** How long a stream's bytes may be under way before its ends give it up, at most. */
    private static final int PATIENCE_MS = 20_000;

    private final World world;
    private final Set<Cut> cuts = new HashSet<>();

    /** Percent of single messages that are lost. */
    private int losses;

    /** Longest usual delay. */
    private int slow = 5;

    private record Cut(Actor from, Actor to) {}

    Net(World world) {
        this.world = world;
    }

    void weather(int lossPercent, int slowMs) {
        losses = lossPercent;
        slow = slowMs;
    }

    void cut(Actor from, Actor to) {
        cuts.add(new Cut(from, to));
    }

    void heal(Actor from, Actor to) {
        cuts.remove(new Cut(from, to));
    }

    void heal() {
        cuts.clear();
        weather(0, 5);
    }

    boolean isCut(Actor from, Actor to) {
        return cuts.contains(new Cut(from, to));
    }

    private long delay() {
        return world.chance(2) ? world.between(1, 20L * slow) : world.between(0, slow);
    }

    /** One message, or two, or none; in any order. */
    void send(Actor from, Actor to, Runnable arrival) {
        if (isCut(from, to) || world.chance(losses)) {
            return;
        }
        fly(from, to, arrival);
        if (world.chance(losses)) {
            fly(from, to, arrival);
        }
    }

    private void fly(Actor from, Actor to, Runnable arrival) {
        world.after(
                delay(),
                World.EVER,
                () -> {
                    if (!isCut(from, to)) {
                        world.deliver(to, arrival);
                    }
                });
    }

    /** A connection; each side may hear that it broke, sooner or later. */
    final class Stream<A, B> {
        private final Actor dialler;
        private final Actor server;
        private final int diallerLife;
        private final int serverLife;
        private final Lane<A> up;
        private final Lane<B> down;
        private Runnable diallerHears = () -> {};
        private Runnable serverHears = () -> {};
        private boolean broken;

        Stream(Actor dialler, Actor server) {
            this.dialler = dialler;
            this.server = server;
            this.diallerLife = dialler.life();
            this.serverLife = server.life();
            this.up = new Lane<>(this, dialler, server);
            this.down = new Lane<>(this, server, dialler);
        }

        void atServer(Consumer<A> receiver, Runnable onBroken) {
            up.receiver = receiver;
            serverHears = onBroken;
        }

        void atDialler(Consumer<B> receiver, Runnable onBroken) {
            down.receiver = receiver;
            diallerHears = onBroken;
        }

        void toServer(A message) {
            up.send(message);
        }

        void toDialler(B message) {
            down.send(message);
        }

        boolean isBroken() {
            return broken;
        }

        private boolean lives() {
            return dialler.isLife(diallerLife) && server.isLife(serverLife);
        }

        /** Nothing comes through any more; who lives hears of it some time. */
        void breakUp() {
            if (broken) {
                return;
            }
            broken = true;
            tell(server, dialler, diallerLife, diallerHears);
            tell(dialler, server, serverLife, serverHears);
        }

        private void tell(Actor from, Actor to, int life, Runnable hears) {
            long later = isCut(from, to) ? world.between(5_000, PATIENCE_MS) : delay();
            world.after(
                    later,
                    World.EVER,
                    () -> {
                        if (to.isLife(life)) {
                            world.deliver(to, hears);
                        }
                    });
        }
    }

    /** One direction of a stream: in order, nothing lost, or else the stream is. */
    private final class Lane<M> {
        private final Stream<?, ?> stream;
        private final Actor from;
        private final Actor to;
        private final Deque<M> underWay = new ArrayDeque<>();
        private final long patience = world.between(PATIENCE_MS / 4, PATIENCE_MS);
        private Consumer<M> receiver = _ -> {};
        private boolean pumping;
        private long stalledSince = -1;

        Lane(Stream<?, ?> stream, Actor from, Actor to) {
            this.stream = stream;
            this.from = from;
            this.to = to;
        }

        void send(M message) {
            if (stream.broken) {
                return;
            }
            underWay.add(message);
            pump(delay());
        }

        private void pump(long later) {
            if (!pumping) {
                pumping = true;
                world.after(later, World.EVER, this::flow);
            }
        }

        private void flow() {
            pumping = false;
            if (stream.broken) {
                return;
            }
            if (!stream.lives()) {
                stream.breakUp();
                return;
            }
            if (isCut(from, to)) {
                stalledSince = stalledSince < 0 ? world.now() : stalledSince;
                if (world.now() - stalledSince > patience) {
                    stream.breakUp();
                } else {
                    pump(250);
                }
                return;
            }
            stalledSince = -1;
            M message = underWay.remove();
            world.deliver(to, () -> receiver.accept(message));
            if (!underWay.isEmpty() && !stream.broken) {
                pump(world.chance(90) ? 0 : delay());
            }
        }
    }

    /** Like a stream that never breaks: what is cut off waits. */
    <M> Consumer<M> pipe(Actor from, Actor to, Consumer<M> receiver) {
        return new Pipe<>(from, to, receiver)::send;
    }

    private final class Pipe<M> {
        private final Actor from;
        private final Actor to;
        private final Consumer<M> receiver;
        private final Deque<M> underWay = new ArrayDeque<>();
        private boolean pumping;

        Pipe(Actor from, Actor to, Consumer<M> receiver) {
            this.from = from;
            this.to = to;
            this.receiver = receiver;
        }

        void send(M message) {
            underWay.add(message);
            pump(world.between(0, 3));
        }

        private void pump(long later) {
            if (!pumping) {
                pumping = true;
                world.after(later, World.EVER, this::flow);
            }
        }

        private void flow() {
            pumping = false;
            if (isCut(from, to)) {
                pump(100);
                return;
            }
            M message = underWay.remove();
            world.deliver(to, () -> receiver.accept(message));
            if (!underWay.isEmpty()) {
                pump(world.between(0, 1));
            }
        }
    }
}
