package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs actions on an executor one at a time, in order. What an action throws is logged.
 * Thread-safe.
 */
final class SerialQueue {

    private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);

    private final Executor executor;

    @GuardedBy("this")
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean running;

    SerialQueue(Executor executor) {
        this.executor = executor;
    }

    void add(Runnable action) {
        synchronized (this) {
            waiting.add(action);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
            LOG.warn("the client's executor takes no more work; listeners hear nothing more");
            synchronized (this) {
                waiting.clear();
                running = false;
            }
        }
    }

    private void drain() {
        for (Runnable next = poll(); next != null; next = poll()) {
            guard(next);
        }
    }

    private synchronized @Nullable Runnable poll() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }

    static void guard(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener failed", e);
        }
    }
}
