package io.cattino.cli.follow;

import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.client.AttemptInfo;
import io.cattino.client.AttemptResult;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes the log of one task, attempt by attempt, until it has ended or can no longer start. One
 * thread; a second one looks at the time.
 */
public final class LogFollower {

    private final MeowClient client;
    private final Output output;
    private final LogScreen screen;
    private final LogFrame frame;
    private final AttemptLog log;
    private final AtomicBoolean expired = new AtomicBoolean();
    private String told = "";

    /** For a task that has the screen for itself. */
    public LogFollower(MeowClient client, Output output, LogView view) {
        this(client, output, view, LogRange.ALL, LogScreen.of(output), "");
    }

    LogFollower(
            MeowClient client,
            Output output,
            LogView view,
            LogRange range,
            LogScreen screen,
            String prefix) {
        this.client = client;
        this.output = output;
        this.screen = screen;
        this.frame = new LogFrame(client, output, screen, view);
        this.log = new AttemptLog(client, output, view, range, screen, prefix);
    }

    /**
     * Follows.
     *
     * @param first number of the attempt to begin with; 0: the newest
     * @return the task as it was at the end
     */
    public TaskInfo follow(String fullname, int first, Optional<Duration> limit) {
        String leaving =
                "Left the log; %s goes on. Stop it: meow kill %s".formatted(fullname, fullname);
        try (Leaving _ = Leaving.say(output, leaving)) {
            return followBeside(fullname, first, limit);
        }
    }

    /** The same for one of several. */
    TaskInfo followBeside(String fullname, int first, Optional<Duration> limit) {
        TaskHandle handle = client.task(fullname);
        try (TaskPoll poll = new TaskPoll(handle)) {
            limit.ifPresent(time -> alarm(time, poll));
            TaskInfo end = follow(poll, handle.info(), first);
            if (expired.get()) {
                throw Awaiting.timeout(limit.orElse(Duration.ZERO), List.of(fullname));
            }
            log.end();
            frame.footer(end);
            return end;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while following " + fullname);
        } finally {
            log.end();
            screen.note("");
        }
    }

    private TaskInfo follow(TaskPoll poll, TaskInfo before, int first) throws InterruptedException {
        int shown = first - 1;
        TaskInfo task = before;
        while (true) {
            int last = Math.max(0, shown);
            task = poll.until(now -> isOver(now) || tellWaiting(now, last), expired::get);
            screen.note("");
            int newest = started(task);
            if (expired.get() || newest <= shown || newest == 0) {
                return task;
            }
            for (int attempt = shown < 0 ? newest : shown + 1; attempt <= newest; attempt++) {
                if (shown > 0) {
                    log.end();
                }
                frame.header(task, attempt);
                log.read(task, attempt, expired::get);
                shown = attempt;
            }
        }
    }

    private static boolean isOver(TaskInfo task) {
        return task.status().isEnded() || task.stuck();
    }

    /** Number of the newest attempt that started, and so has a log; 0 if none did. */
    static int started(TaskInfo task) {
        return task.attempts().stream()
                .filter(LogFollower::hasLog)
                .mapToInt(AttemptInfo::number)
                .max()
                .orElse(0);
    }

    private static boolean hasLog(AttemptInfo attempt) {
        AttemptResult result = attempt.result();
        return attempt.startTime() != null
                || (result != null && result != AttemptResult.NOT_STARTED);
    }

    private void alarm(Duration limit, TaskPoll poll) {
        Thread.ofVirtual()
                .name("meow-alarm")
                .start(() -> {
                    try {
                        Thread.sleep(limit);
                    } catch (InterruptedException _) {
                        return;
                    }
                    expired.set(true);
                    log.stop();
                    poll.wake();
                });
    }

    /**
     * Says why it waits, again whenever that has changed.
     *
     * @return whether it waits no more: an attempt after {@code last} has started
     */
    private boolean tellWaiting(TaskInfo task, int last) {
        int started = started(task);
        if (started > last) {
            return true;
        }
        String reason = TaskWords.reason(task);
        String text =
                "%s has %s%s. Waiting... ^C to leave"
                        .formatted(
                                task.fullname(),
                                started == 0 ? "not started" : "to start again",
                                reason.isEmpty() ? "" : ": " + reason);
        if (task.status() == TaskStatus.WAITING && !text.equals(told) && !output.quiet()) {
            told = text;
            if (screen.live()) {
                screen.note(text);
            } else {
                output.note(text);
            }
        }
        return false;
    }
}
