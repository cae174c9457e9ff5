package io.cattino.server;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.loop.Leader;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an all-in-one server when every task has ended, at least one of them in its time, if the
 * setting {@code shutdown-on-complete} says so. Looks once a second.
 */
final class ShutdownOnComplete implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownOnComplete.class);

    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("cattino-complete").factory());

    /**
     * Starts looking.
     *
     * @param leader who leads at the moment
     * @param sinceWallMs when the server started
     */
    ShutdownOnComplete(Supplier<Leader> leader, long sinceWallMs, Runnable onComplete) {
        var _ =
                timer.scheduleWithFixedDelay(
                        () -> look(leader.get(), sinceWallMs, onComplete), 1, 1, TimeUnit.SECONDS);
    }

    private static void look(Leader leader, long sinceWallMs, Runnable onComplete) {
        var _ =
                leader.read(view -> complete(view.state(), sinceWallMs))
                        .thenAccept(complete -> {
                            if (complete) {
                                LOG.info("every task has ended, and shutdown-on-complete is on");
                                onComplete.run();
                            }
                        })
                        .exceptionally(failure -> {
                            LOG.debug("nobody leads at the moment", failure);
                            return null;
                        });
    }

    static boolean complete(ClusterState state, long sinceWallMs) {
        return state.settings().shutdownOnComplete()
                && state.tasks().stream().allMatch(Task::finished)
                && state.tasks().stream().anyMatch(task -> endedSince(task, sinceWallMs));
    }

    private static boolean endedSince(Task task, long sinceWallMs) {
        return task.state() instanceof TaskState.Finished(_, long wallMs) && wallMs >= sinceWallMs;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
