package io.cattino.cli.follow;

import io.cattino.client.MeowException;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListener;
import io.cattino.client.Watch;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a task again whenever something about it happened. Events only say when to look; what
 * counts is what is read. That a task can no longer start is no event of its own, so it is read now
 * and then without one, too.
 */
public final class TaskPoll implements TaskListener, AutoCloseable {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final TaskHandle task;
    private final Watch<TaskEvent> watch;
    private final Semaphore changes = new Semaphore(0);
    private volatile @Nullable MeowException lost;

    public TaskPoll(TaskHandle task) {
        this.task = task;
        this.watch = task.addListener(this);
    }

    @Override
    public void onEvent(TaskEvent event) {
        changes.release();
    }

    @Override
    public void onLost(MeowException why) {
        lost = why;
        changes.release();
    }

    /** Looks again now. */
    public void wake() {
        changes.release();
    }

    /** The task when that is true of it, or as it is when there is no more time. */
    public TaskInfo until(Predicate<TaskInfo> condition, BooleanSupplier over)
            throws InterruptedException {
        Duration pause = FIRST;
        while (true) {
            changes.drainPermits();
            TaskInfo info = task.info();
            if (condition.test(info) || over.getAsBoolean()) {
                return info;
            }
            MeowException why = lost;
            if (why != null) {
                throw why;
            }
            if (changes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = FIRST;
            } else if (pause.compareTo(LONGEST) < 0) {
                pause = pause.multipliedBy(2);
            }
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
