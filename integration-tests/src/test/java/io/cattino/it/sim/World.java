package io.cattino.it.sim;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, the one heap of what is to happen, the one source of chance, and what happened
 * last. Everything of a simulation happens in {@link #run}, one thing after the other.
 */
final class World {
    private static final int REMEMBERED = 60;

    /** When it is, for people; only differences matter. */
    private static final long WALL_MS = 1_795_000_000_000L;

    private final SplittableRandom random;
    private final PriorityQueue<Happening> heap = new PriorityQueue<>();
    private final Deque<Note> notes = new ArrayDeque<>();
    private long now;
    private long sequence;
    private long hash = 17;
    private @Nullable String broken;

    /** Something that is to be done by an actor, if it is still the same then. */
    private record Happening(long at, long sequence, Actor actor, int life, Runnable action)
            implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** Something that happened; put into words only if somebody wants to read it. */
    private record Note(long at, String who, String what, List<Object> about) {
        @Override
        public String toString() {
            return "%8.3f %-4s %s %s".formatted(at / 1000.0, who, what, about);
        }
    }

    /** Whatever acts: lives, dies, lives again, and stands still at times. */
    static class Actor {
        final String name;
        private int life;
        private boolean up;
        private boolean paused;
        private final Deque<Runnable> backlog = new ArrayDeque<>();

        Actor(String name) {
            this.name = name;
        }

        final boolean isUp() {
            return up;
        }

        final boolean isPaused() {
            return paused;
        }

        final int life() {
            return life;
        }

        final boolean isLife(int which) {
            return up && life == which;
        }

        /** A new life begins; nothing of the last one happens any more. */
        final void begin() {
            life++;
            up = true;
            paused = false;
            backlog.clear();
        }

        /** It is gone; what it was about to do does not happen. */
        final void end() {
            life++;
            up = false;
            paused = false;
            backlog.clear();
        }
    }

    World(long seed) {
        this.random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    long wallMs() {
        return WALL_MS + now;
    }

    Instant instant() {
        return Instant.ofEpochMilli(wallMs());
    }

    int random(int bound) {
        return random.nextInt(bound);
    }

    /** From {@code low} to {@code high}, both included. */
    long between(long low, long high) {
        return low + random.nextLong(high - low + 1);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Some time from now, unless the actor's life is over by then; later, if it stands still. */
    void after(long delayMs, Actor actor, Runnable action) {
        heap.add(new Happening(now + delayMs, sequence++, actor, actor.life, action));
    }

    /** Right now, or as soon as the actor moves again. */
    void deliver(Actor actor, Runnable action) {
        if (actor.paused) {
            actor.backlog.add(action);
        } else if (actor.up) {
            action.run();
        }
    }

    /** Like SIGSTOP: what reaches it waits. */
    void pause(Actor actor, long forMs) {
        if (!actor.up || actor.paused) {
            return;
        }
        actor.paused = true;
        int life = actor.life;
        note(actor, "stands still", forMs);
        heap.add(
                new Happening(
                        now + forMs,
                        sequence++,
                        EVER,
                        0,
                        () -> {
                            if (actor.isLife(life)) {
                                resume(actor, life);
                            }
                        }));
    }

    private void resume(Actor actor, int life) {
        note(actor, "moves again", actor.backlog.size());
        actor.paused = false;
        while (actor.isLife(life) && !actor.paused && !actor.backlog.isEmpty()) {
            actor.backlog.remove().run();
        }
    }

    /** Never stands still, never dies. */
    static final Actor EVER = new Actor("-");

    static {
        EVER.up = true;
    }

    /** Until that time, or until an invariant is broken. */
    void run(long untilMs) {
        while (broken == null) {
            Happening next = heap.peek();
            if (next == null || next.at > untilMs) {
                now = untilMs;
                return;
            }
            heap.remove();
            now = next.at;
            if (next.actor.life == next.life && next.actor.up) {
                deliver(next.actor, next.action);
            }
        }
    }

    /** Remembers what happened. Words and numbers make the trace's hash, values only its text. */
    void note(Actor who, String what, Object... about) {
        long mixed = mix(hash, now);
        mixed = mix(mixed, who.name.hashCode());
        mixed = mix(mixed, what.hashCode());
        for (Object each : about) {
            if (each instanceof Number || each instanceof String) {
                mixed = mix(mixed, each.hashCode());
            }
        }
        hash = mixed;
        if (notes.size() == REMEMBERED) {
            notes.removeFirst();
        }
        notes.addLast(new Note(now, who.name, what, List.of(about)));
    }

    private static long mix(long hash, long value) {
        return (hash ^ value) * 0x9E37_79B9_7F4A_7C15L + (hash >>> 29);
    }

    /** The same for the same seed, and for hardly any other. */
    long hash() {
        return mix(hash, sequence);
    }

    /** An invariant does not hold: this is the end. Only the first counts. */
    void broken(String what) {
        if (broken == null) {
            broken = what;
        }
    }

    @Nullable String broken() {
        return broken;
    }

    List<String> lastNotes() {
        List<String> lines = new ArrayList<>();
        notes.forEach(note -> lines.add(note.toString()));
        return lines;
    }
}
