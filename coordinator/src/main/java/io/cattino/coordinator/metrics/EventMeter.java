package io.cattino.coordinator.metrics;

import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.coordinator.loop.LeaderException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts starts and ends of attempts from the feed of events, and tells how far it is, on a virtual
 * thread of its own.
 */
final class EventMeter implements AutoCloseable {
    private static final int PAGE = 1_000;
    private static final int REMEMBERED = 10_000;
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final CoordinatorMetrics metrics;

    /** Attempts counted lately: a task may have a second event after its last attempt ended. */
    private final Map<AttemptId, Boolean> counted =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<AttemptId, Boolean> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private @Nullable Thread thread;

    EventMeter(CoordinatorMetrics metrics) {
        this.metrics = metrics;
    }

    void start(EventFeed feed) {
        long from = feed.revision();
        thread = Thread.ofVirtual().name("event-meter").start(() -> run(feed, from));
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run(EventFeed feed, long from) {
        long after = from;
        try {
            while (true) {
                metrics.known(after);
                Optional<EventFeed.Page> page = feed.after(after, PAGE, WAIT_NANOS);
                page.ifPresent(p -> p.events().forEach(this::count));
                // Where the ring has gone past us, those events stay uncounted.
                after = page.map(EventFeed.Page::revision).orElseGet(feed::revision);
            }
        } catch (InterruptedException | LeaderException _) {
            // The end of the server, or of the leadership.
        }
    }

    void count(TaskEvent event) {
        switch (event.kind()) {
            case STARTED -> started(event.task());
            case RETRY, FINISHED -> event.task().lastAttempt().ifPresent(this::ended);
            case CREATED, PLACED, OVER_USED, STOPPING, RESUMED, CHANGED, REMOVED -> {}
        }
    }

    private void started(Task task) {
        Optional<Attempt> attempt = task.lastAttempt();
        if (attempt.isPresent() && attempt.get().id().number() == 1 && task.parents().isEmpty()) {
            metrics.started(
                    Math.max(0, attempt.get().startedWallMs() - task.createdWallMs()) / 1e3);
        }
    }

    private void ended(Attempt attempt) {
        if (attempt.end().isPresent() && counted.put(attempt.id(), true) == null) {
            metrics.ended(outcome(attempt.end().get().result()));
        }
    }

    private static String outcome(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Exited(int code) ->
                    code == 0 ? "done" : code == 100 ? "retry" : "failed";
            case AttemptResult.OutOfMemory _ -> "out_of_memory";
            case AttemptResult.LaunchFailed _ -> "launch_failed";
            case AttemptResult.NotStarted _ -> "not_started";
            case AttemptResult.Vanished _ -> "vanished";
            case AttemptResult.Lost _ -> "lost";
        };
    }
}
