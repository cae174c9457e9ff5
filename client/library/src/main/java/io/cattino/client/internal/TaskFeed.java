package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.client.MeowException;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskListener;
import io.cattino.client.TaskResult;
import io.cattino.client.Watch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one query, for all who want to hear of them: handles of a submission share one, and
 * so one stream. It is open only while somebody listens. Thread-safe; listeners are called on the
 * client's executor.
 */
public final class TaskFeed {

    private final Function<EventLoop.Sink, EventLoop> loops;
    private final Executor executor;
    private final CopyOnWriteArrayList<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    /** Null while nobody listens. */
    @GuardedBy("this")
    private @Nullable Reception reception;

    @GuardedBy("this")
    private KnownTasks known = new KnownTasks();

    @GuardedBy("this")
    private boolean listed;

    TaskFeed(Function<EventLoop.Sink, EventLoop> loops, Executor executor) {
        this.loops = loops;
        this.executor = executor;
    }

    /** Called under the feed's lock, in order; must not block. */
    private interface Subscriber {
        void listed(KnownTasks known);

        void event(TaskEvent event);

        void failed(MeowException why);
    }

    /**
     * The first state of a task that fulfils a condition, the present one included.
     *
     * @return a future that fails with NotFound if the task is gone before; given up by cancelling
     *     it
     */
    public <T> CompletableFuture<T> first(
            long id, Predicate<TaskEvent> condition, Function<TaskEvent, T> mapper) {
        Awaited<T> awaited = new Awaited<>(id, condition, mapper);
        var _ = awaited.future.whenComplete((_, _) -> remove(awaited));
        add(awaited);
        return awaited.future;
    }

    /** Calls a listener for every event that passes the filter, the present states first. */
    public Watch<TaskEvent> listen(Predicate<TaskEvent> filter, TaskListener listener) {
        Listening listening = new Listening(filter, listener);
        add(listening);
        return listening;
    }

    /** How a task ended, by the event that says so. */
    public static TaskResult result(TaskEvent end) {
        return Events.result(end);
    }

    private synchronized void add(Subscriber subscriber) {
        subscribers.add(subscriber);
        if (reception == null) {
            Reception started = new Reception();
            reception = started;
            started.loop.start(EventLoop.LIST_FIRST);
        } else if (listed) {
            subscriber.listed(known);
        }
    }

    private synchronized void remove(Subscriber subscriber) {
        subscribers.remove(subscriber);
        if (subscribers.isEmpty()) {
            stop();
        }
    }

    @GuardedBy("this")
    private void stop() {
        Reception running = reception;
        if (running != null) {
            running.loop.close();
        }
        reception = null;
        listed = false;
        known = new KnownTasks();
    }

    private synchronized void fail(MeowException why) {
        List<Subscriber> all = List.copyOf(subscribers);
        subscribers.clear();
        stop();
        all.forEach(subscriber -> subscriber.failed(why));
    }

    private void onExecutor(Runnable action) {
        try {
            executor.execute(action);
        } catch (RejectedExecutionException _) {
            action.run();
        }
    }

    /** What arrives of one loop; what a loop still says after it was stopped is not heard. */
    private final class Reception implements EventLoop.Sink {
        private final EventLoop loop = loops.apply(this);

        @Override
        public void listed(Snapshot snapshot) {
            synchronized (TaskFeed.this) {
                if (reception != this) {
                    return;
                }
                List<TaskEvent> changes = known.take(snapshot);
                if (listed) {
                    changes.forEach(
                            change -> subscribers.forEach(subscriber -> subscriber.event(change)));
                } else {
                    listed = true;
                    subscribers.forEach(subscriber -> subscriber.listed(known));
                }
            }
        }

        @Override
        public void event(TaskEvent event) {
            synchronized (TaskFeed.this) {
                if (reception == this && known.take(event)) {
                    subscribers.forEach(subscriber -> subscriber.event(event));
                }
            }
        }

        @Override
        public void failed(MeowException why) {
            synchronized (TaskFeed.this) {
                if (reception == this) {
                    fail(why);
                }
            }
        }
    }

    /** Somebody who waits for one state of one task. */
    private final class Awaited<T> implements Subscriber {
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final long id;
        private final Predicate<TaskEvent> condition;
        private final Function<TaskEvent, T> mapper;

        Awaited(long id, Predicate<TaskEvent> condition, Function<TaskEvent, T> mapper) {
            this.id = id;
            this.condition = condition;
            this.mapper = mapper;
        }

        @Override
        public void listed(KnownTasks known) {
            Optional<TaskEvent> present = known.present(id);
            if (present.isPresent()) {
                event(present.get());
            } else {
                failed(TaskCalls.notFound("task", "#" + id));
            }
        }

        @Override
        public void event(TaskEvent event) {
            if (event.taskId() != id) {
                return;
            }
            if (event.kind() == TaskEvent.Kind.REMOVED) {
                failed(TaskCalls.notFound("task", event.fullname()));
            } else if (condition.test(event)) {
                onExecutor(() -> future.complete(mapper.apply(event)));
            }
        }

        @Override
        public void failed(MeowException why) {
            onExecutor(() -> future.completeExceptionally(why));
        }
    }

    /** A listener and its watch. */
    private final class Listening implements Subscriber, Watch<TaskEvent> {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final SerialQueue queue = new SerialQueue(executor);
        private final Predicate<TaskEvent> filter;
        private final TaskListener listener;
        private volatile @Nullable TaskEvent last;

        Listening(Predicate<TaskEvent> filter, TaskListener listener) {
            this.filter = filter;
            this.listener = listener;
        }

        @Override
        public void listed(KnownTasks known) {
            known.present().forEach(this::event);
        }

        @Override
        public void event(TaskEvent event) {
            if (filter.test(event)) {
                queue.add(() -> deliver(event));
            }
        }

        @Override
        public void failed(MeowException why) {
            queue.add(() -> {
                if (done.completeExceptionally(why)) {
                    listener.onLost(why);
                }
            });
        }

        @Override
        public void close() {
            done.complete(null);
            remove(this);
        }

        @Override
        public CompletableFuture<Void> done() {
            return done.copy();
        }

        @Override
        public Optional<TaskEvent> last() {
            return Optional.ofNullable(last);
        }

        private void deliver(TaskEvent event) {
            if (!done.isDone()) {
                last = event;
                Events.tell(listener, event);
            }
        }
    }
}
