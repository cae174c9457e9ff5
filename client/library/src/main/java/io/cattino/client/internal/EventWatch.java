package io.cattino.client.internal;

import io.cattino.client.MeowException;
import io.cattino.client.TaskEvent;
import io.cattino.client.Watch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Events of a query, handed to a consumer one by one: the next is not read before the last was
 * dealt with. Thread-safe.
 */
final class EventWatch implements Watch<TaskEvent>, EventLoop.Sink {

    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Executor executor;
    private final Consumer<TaskEvent> consumer;
    private final EventLoop loop;

    /** Used by the loop's thread alone. */
    private final KnownTasks known = new KnownTasks();

    private volatile @Nullable TaskEvent last;

    EventWatch(
            Executor executor,
            Consumer<TaskEvent> consumer,
            Function<EventLoop.Sink, EventLoop> loops) {
        this.executor = executor;
        this.consumer = consumer;
        this.loop = loops.apply(this);
    }

    void start() {
        loop.start(EventLoop.FROM_NOW);
    }

    @Override
    public void listed(Snapshot snapshot) throws InterruptedException {
        for (TaskEvent change : known.take(snapshot)) {
            deliver(change);
        }
    }

    @Override
    public void event(TaskEvent event) throws InterruptedException {
        if (known.take(event)) {
            deliver(event);
        }
    }

    @Override
    public void failed(MeowException why) {
        done.completeExceptionally(why);
    }

    @Override
    public void close() {
        done.complete(null);
        loop.close();
    }

    @Override
    public CompletableFuture<Void> done() {
        return done.copy();
    }

    @Override
    public Optional<TaskEvent> last() {
        return Optional.ofNullable(last);
    }

    private void deliver(TaskEvent event) throws InterruptedException {
        CompletableFuture<Void> delivered = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                if (!done.isDone()) {
                    last = event;
                    SerialQueue.guard(() -> consumer.accept(event));
                }
                delivered.complete(null);
            });
            delivered.get();
        } catch (RejectedExecutionException e) {
            failed(
                    new MeowException(
                            "the client's executor takes no more work",
                            MeowException.Details.of("CLOSED"),
                            e));
            loop.close();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
