package io.cattino.client.internal;

import io.cattino.client.MeowException;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListing;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import io.cattino.client.WaitResult;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Waits until each of some tasks has ended, is gone, or can no longer start without a person. One
 * thread.
 *
 * <p>Ends come as events. That a task can no longer start is no event of its own (nothing happened
 * to that task), so the waiting ones are looked at again after each unsuccessful end, and now and
 * then.
 */
final class Waiter implements EventLoop.Sink {

    private static final Duration FIRST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(15);

    /** With more ends than that at once, a list is cheaper. */
    private static final int MANY = 20;

    private final TaskCalls tasks;
    private final TaskQuery query;
    private final Consumer<TaskInfo> listener;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Long, TaskInfo> last = new LinkedHashMap<>();
    private final Set<Long> outstanding = new HashSet<>();
    private final Set<Long> ended = new HashSet<>();
    private Duration interval = FIRST_INTERVAL;
    private long lastLook = System.nanoTime();
    private long nextLook = lastLook + FIRST_INTERVAL.toNanos();

    /** Something that the loop said; exactly one is there. */
    private record Arrival(
            @Nullable Snapshot snapshot,
            @Nullable TaskEvent event,
            @Nullable MeowException failure) {}

    Waiter(TaskCalls tasks, TaskQuery query, Consumer<TaskInfo> listener) {
        this.tasks = tasks;
        this.query = query;
        this.listener = listener;
    }

    WaitResult await(Duration timeout, Function<EventLoop.Sink, EventLoop> loops)
            throws TimeoutException, InterruptedException {
        TaskListing listing = tasks.known(query);
        for (TaskInfo task : listing.tasks()) {
            last.put(task.id(), task);
            outstanding.add(task.id());
        }
        listing.tasks().forEach(this::settleIfOver);
        if (!outstanding.isEmpty()) {
            try (EventLoop loop = loops.apply(this)) {
                loop.start(listing.revision());
                awaitOutstanding(timeout);
            }
        }
        return new WaitResult(List.copyOf(last.values()));
    }

    private void awaitOutstanding(Duration timeout) throws TimeoutException, InterruptedException {
        long end = System.nanoTime() + Durations.nanos(timeout);
        while (!outstanding.isEmpty()) {
            long now = System.nanoTime();
            if (now - end >= 0) {
                throw new TimeoutException(
                        "%d of %d tasks have not ended".formatted(outstanding.size(), last.size()));
            }
            if (now - nextLook >= 0) {
                look();
                continue;
            }
            Arrival arrival =
                    arrivals.poll(Math.min(end - now, nextLook - now), TimeUnit.NANOSECONDS);
            if (arrival != null) {
                dealWith(arrival);
            }
        }
    }

    /** Looks at ended ones that could not be read yet, and at those that wait. */
    private void look() {
        long now = System.nanoTime();
        lastLook = now;
        nextLook = now + interval.toNanos();
        interval =
                interval.multipliedBy(2).compareTo(LONGEST_INTERVAL) < 0
                        ? interval.multipliedBy(2)
                        : LONGEST_INTERVAL;
        try {
            refreshEnded();
            TaskQuery waiting = anyStatus(query).withStatuses(Set.of(TaskStatus.WAITING));
            tasks.listing(waiting).tasks().forEach(this::settleIfOver);
        } catch (MeowException e) {
            if (!Errors.isTransient(e)) {
                throw e;
            }
        }
    }

    /**
     * Something happened that may leave others stuck: looks soon, but no more often than each
     * second.
     */
    private void lookSoon() {
        interval = FIRST_INTERVAL;
        nextLook = Math.max(System.nanoTime(), lastLook + FIRST_INTERVAL.toNanos());
    }

    private void dealWith(Arrival first) {
        for (Arrival arrival = first; arrival != null; arrival = arrivals.poll()) {
            if (arrival.failure() != null) {
                throw arrival.failure();
            }
            if (arrival.snapshot() != null) {
                dealWith(arrival.snapshot());
            }
            if (arrival.event() != null) {
                dealWith(arrival.event());
            }
        }
        try {
            refreshEnded();
        } catch (MeowException e) {
            if (!Errors.isTransient(e)) {
                throw e;
            }
            lookSoon();
        }
    }

    private void dealWith(Snapshot snapshot) {
        Set<Long> gone = new HashSet<>(outstanding);
        for (Snapshot.Seen seen : snapshot.tasks()) {
            gone.remove(seen.task().id());
            settleIfOver(seen.task());
        }
        gone.forEach(this::settle);
    }

    private void dealWith(TaskEvent event) {
        if (!outstanding.contains(event.taskId())) {
            return;
        }
        switch (event.kind()) {
            case FINISHED -> {
                ended.add(event.taskId());
                if (event.status() != TaskStatus.DONE) {
                    lookSoon();
                }
            }
            case REMOVED -> settle(event.taskId());
            case CHANGED -> lookSoon();
            case CREATED, PLACED, STARTED, OVER_USED, STOPPING, RETRY, RESUMED -> {}
        }
    }

    /** Reads the tasks whose end was told: one by one, or all together if they are many. */
    private void refreshEnded() {
        ended.retainAll(outstanding);
        if (ended.size() > MANY) {
            tasks.listing(anyStatus(query)).tasks().forEach(this::settleIfOver);
        }
        for (long id : List.copyOf(ended)) {
            if (outstanding.contains(id)) {
                try {
                    settleIfOver(tasks.get(id));
                } catch (MeowException.NotFound _) {
                    settle(id);
                }
            }
            ended.remove(id);
        }
    }

    private void settleIfOver(TaskInfo task) {
        if (outstanding.contains(task.id()) && (task.status().isEnded() || task.stuck())) {
            last.put(task.id(), task);
            settle(task.id());
        }
    }

    private void settle(long id) {
        TaskInfo task = last.get(id);
        if (task != null && outstanding.remove(id)) {
            listener.accept(task);
        }
    }

    /** The same tasks later, when their statuses have changed. */
    static TaskQuery anyStatus(TaskQuery query) {
        return query.withStatuses(Set.of());
    }

    @Override
    public void listed(Snapshot snapshot) {
        arrivals.add(new Arrival(snapshot, null, null));
    }

    @Override
    public void event(TaskEvent event) {
        arrivals.add(new Arrival(null, event, null));
    }

    @Override
    public void failed(MeowException why) {
        arrivals.add(new Arrival(null, null, why));
    }
}
