package io.cattino.coordinator.rpc;

import io.cattino.coordinator.loop.LeaderException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream of answers at its reader's pace. Whoever makes them runs on a virtual thread of its own,
 * waits in {@link #send} while the reader is behind (so that nothing piles up here), and is
 * interrupted when the reader is gone.
 *
 * @param <T> what is sent
 */
final class Outflow<T> {
    private final ServerCallStreamObserver<T> observer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();

    private Outflow(ServerCallStreamObserver<T> observer) {
        this.observer = observer;
    }

    /** What makes the answers; returns when there are no more. */
    @FunctionalInterface
    interface Source<T> {
        void run(Outflow<T> out) throws InterruptedException;
    }

    /**
     * Starts a stream. To be called on the call's own thread, before its handler returns.
     *
     * @param places how many such streams there may be at once; one is taken, and given back at the
     *     end
     */
    static <T> void start(
            String name, ServerCallStreamObserver<T> observer, Semaphore places, Source<T> source) {
        if (!places.tryAcquire()) {
            observer.onError(StatusMapper.tooMany("the server has too many open streams"));
            return;
        }
        Outflow<T> out = new Outflow<>(observer);
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> out.run(source, places));
        observer.setOnReadyHandler(out::wake);
        observer.setOnCancelHandler(thread::interrupt);
        thread.start();
    }

    private void run(Source<T> source, Semaphore places) {
        try {
            source.run(this);
            if (!observer.isCancelled()) {
                observer.onCompleted();
            }
        } catch (InterruptedException _) {
            // Only the reader's going away interrupts this thread, and nobody else owns it.
            fail(StatusMapper.cancelled());
        } catch (StatusRuntimeException e) {
            fail(e);
        } catch (LeaderException e) {
            fail(StatusMapper.of(e));
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            places.release();
        }
    }

    private void fail(RuntimeException e) {
        if (!observer.isCancelled()) {
            observer.onError(e);
        }
    }

    private void wake() {
        lock.lock();
        try {
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends one message as soon as the reader can take it. */
    void send(T message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!observer.isReady()) {
                if (observer.isCancelled()) {
                    throw new InterruptedException("the reader is gone");
                }
                ready.await();
            }
        } finally {
            lock.unlock();
        }
        observer.onNext(message);
    }
}
