package io.cattino.coordinator.agents;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What one agent is still to be told, in order. Whoever fills it never waits; one virtual thread of
 * its own, the only one that touches the stream, empties it as fast as the agent takes it. Bounded:
 * an agent that lets this many messages wait has to begin anew. Any thread.
 */
final class Outbox {
    static final int CAPACITY = 20_000;

    private final ServerCallStreamObserver<SessionResponse> stream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<Item> queue = new ArrayDeque<>();

    /** Items of the queue's head that came before the leader's welcome. */
    @GuardedBy("lock")
    private int beforeWelcome;

    @GuardedBy("lock")
    private boolean started;

    @GuardedBy("lock")
    private Optional<End> end = Optional.empty();

    Outbox(ServerCallStreamObserver<SessionResponse> stream) {
        this.stream = stream;
    }

    /**
     * What waits: a message that is ready, or an effect whose message is made when its turn comes.
     */
    sealed interface Item {
        record Message(SessionResponse.Builder message) implements Item {}

        record Order(Effect effect) implements Item {}
    }

    /** How the stream ends. */
    private record End(Optional<SessionResponse> last, Status status) {}

    /** False if it is full, and then the item is not in it. */
    boolean offer(Item item) {
        lock.lock();
        try {
            if (end.isPresent()) {
                return true;
            }
            if (queue.size() >= CAPACITY) {
                return false;
            }
            queue.addLast(item);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The leader has welcomed the agent: everything that comes from here on was decided after its
     * hello.
     */
    void mark() {
        lock.lock();
        try {
            beforeWelcome = queue.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins to send.
     *
     * @param first goes before everything that waits
     * @param held attempts that the node still holds: older orders to launch others are dropped,
     *     since the leader has written those attempts off when the hello did not name them
     */
    void open(List<SessionResponse.Builder> first, Set<AttemptId> held, Consumer<Outbox> writer) {
        lock.lock();
        try {
            List<Item> items = new ArrayList<>();
            first.forEach(message -> items.add(new Item.Message(message)));
            int old = beforeWelcome;
            for (Item item : queue) {
                boolean stale =
                        old-- > 0
                                && item instanceof Item.Order(Effect.Launch launch)
                                && !held.contains(launch.attempt());
                if (!stale) {
                    items.add(item);
                }
            }
            queue.clear();
            queue.addAll(items);
            start(writer);
        } finally {
            lock.unlock();
        }
    }

    /** Drops everything that waits, and ends the stream. Only the first end counts. */
    void end(Optional<SessionResponse> last, Status status, Consumer<Outbox> writer) {
        lock.lock();
        try {
            if (end.isEmpty()) {
                end = Optional.of(new End(last, status));
                queue.clear();
                changed.signalAll();
                start(writer);
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void start(Consumer<Outbox> writer) {
        if (!started) {
            started = true;
            Thread.ofVirtual().name("agent-writer").start(() -> writer.accept(this));
        }
    }

    /** The agent may be ready to take more. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next item, as soon as there is one and the agent can take it; empty once the stream has
     * ended. Writer only.
     */
    Optional<Item> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (end.isEmpty() && (queue.isEmpty() || !stream.isReady())) {
                changed.await();
            }
            return end.isPresent() ? Optional.empty() : Optional.of(queue.removeFirst());
        } finally {
            lock.unlock();
        }
    }

    private Optional<End> how() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the stream as {@link #end} said. Writer only. */
    void close() {
        if (stream.isCancelled()) {
            return;
        }
        how().ifPresent(how -> {
            how.last().ifPresent(stream::onNext);
            if (how.status().isOk()) {
                stream.onCompleted();
            } else {
                stream.onError(how.status().asRuntimeException());
            }
        });
    }

    /** Writer only. */
    void write(SessionResponse message) {
        if (!stream.isCancelled()) {
            stream.onNext(message);
        }
    }
}
