package io.cattino.agent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.core.AttemptId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what blocks, on virtual threads: in order for each attempt, side by side for different ones.
 */
final class Lanes {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    private final Map<AttemptId, Queue<Runnable>> lanes = new HashMap<>();

    /** Runs it after everything that was given for this attempt before. */
    void run(AttemptId id, Runnable work) {
        lock.lock();
        try {
            Queue<Runnable> lane = lanes.get(id);
            if (lane != null) {
                lane.add(work);
                return;
            }
            Queue<Runnable> fresh = new ArrayDeque<>();
            fresh.add(work);
            lanes.put(id, fresh);
            Thread.ofVirtual().name("attempt-" + id).start(() -> drain(id, fresh));
        } finally {
            lock.unlock();
        }
    }

    private void drain(AttemptId id, Queue<Runnable> lane) {
        while (true) {
            Runnable work;
            lock.lock();
            try {
                work = lane.poll();
                if (work == null) {
                    lanes.remove(id);
                    idle.signalAll();
                    return;
                }
            } finally {
                lock.unlock();
            }
            try {
                work.run();
            } catch (Throwable e) { // an Error too: a dead lane would never take up anything again
                LOG.error("effect_failed attempt={}", id, e);
            }
        }
    }

    /** Waits until nothing runs; false if it did not come to that in time. */
    boolean awaitIdle(Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        lock.lock();
        try {
            while (!lanes.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                if (!idle.await(left, TimeUnit.NANOSECONDS)) {
                    return lanes.isEmpty();
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
