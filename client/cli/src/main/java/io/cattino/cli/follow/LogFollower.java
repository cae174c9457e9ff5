package io.cattino.cli.follow;

import io.cattino.cli.command.Places;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Times;
import io.cattino.cli.output.Widths;
import io.cattino.client.AttemptInfo;
import io.cattino.client.AttemptResult;
import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log of one task, attempt by attempt, until it has ended or can no longer start. One
 * thread; a second one looks at the time.
 */
public final class LogFollower {

    private final MeowClient client;
    private final Output output;
    private final LogKind kind;
    private final LogSink sink;
    private final AtomicBoolean expired = new AtomicBoolean();
    private final AtomicReference<@Nullable LogStream> reading = new AtomicReference<>();

    public LogFollower(MeowClient client, Output output, LogKind kind, LogSink sink) {
        this.client = client;
        this.output = output;
        this.kind = kind;
        this.sink = sink;
    }

    /**
     * Follows.
     *
     * @param first number of the attempt to begin with; 0: the newest
     * @return the task as it was at the end
     */
    public TaskInfo follow(String fullname, int first, Optional<Duration> limit) {
        TaskHandle handle = client.task(fullname);
        String leaving =
                "Left the log; %s goes on. Stop it: meow kill %s".formatted(fullname, fullname);
        try (Leaving _ = Leaving.say(output, leaving);
                TaskPoll poll = new TaskPoll(handle)) {
            limit.ifPresent(time -> alarm(time, poll));
            TaskInfo end = follow(poll, handle.info(), first);
            if (expired.get()) {
                throw Awaiting.timeout(limit.orElse(Duration.ZERO), List.of(fullname));
            }
            footer(end);
            return end;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while following " + fullname);
        } finally {
            sink.end();
        }
    }

    private TaskInfo follow(TaskPoll poll, TaskInfo before, int first) throws InterruptedException {
        int shown = first - 1;
        TaskInfo task = before;
        tellWaiting(task);
        while (true) {
            int last = Math.max(0, shown);
            task = poll.until(now -> isOver(now) || started(now) > last, expired::get);
            int newest = started(task);
            if (expired.get() || newest <= shown || newest == 0) {
                return task;
            }
            for (int attempt = shown < 0 ? newest : shown + 1; attempt <= newest; attempt++) {
                header(task, attempt, shown > 0);
                read(task.fullname(), attempt);
                shown = attempt;
            }
        }
    }

    private static boolean isOver(TaskInfo task) {
        return task.status().isEnded() || task.stuck();
    }

    /** Number of the newest attempt that started, and so has a log; 0 if none did. */
    private static int started(TaskInfo task) {
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

    private void read(String fullname, int attempt) {
        try (LogStream log = client.log(fullname, kind).attempt(attempt).follow()) {
            reading.set(log);
            if (expired.get()) {
                return;
            }
            for (byte[] data = log.read(); data != null; data = log.read()) {
                sink.write(data);
            }
        } catch (MeowException.NotFound | MeowException.WrongState e) {
            output.note("no log of attempt %d: %s".formatted(attempt, e.getMessage()));
        } finally {
            reading.set(null);
        }
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
                    LogStream log = reading.get();
                    if (log != null) {
                        log.close();
                    }
                    poll.wake();
                });
    }

    private void tellWaiting(TaskInfo task) {
        if (task.status() == TaskStatus.WAITING && !task.stuck()) {
            String reason = TaskWords.reason(task);
            output.note(
                    "%s has %s%s. Waiting... ^C to leave"
                            .formatted(
                                    task.fullname(),
                                    started(task) == 0 ? "not started" : "to start again",
                                    reason.isEmpty() ? "" : ": " + reason));
        }
    }

    private void header(TaskInfo task, int attempt, boolean divider) {
        if (!output.errorToPeople() || output.quiet()) {
            return;
        }
        String place =
                task.newestAttempt()
                        .filter(newest -> newest.number() == attempt)
                        .map(new Places(client)::of)
                        .map(where -> " · " + where)
                        .orElse("");
        String since =
                task.status() == TaskStatus.RUNNING
                        ? " · running " + TaskWords.runTimeWord(task, output)
                        : "";
        if (divider) {
            sink.end();
        }
        rule("── %s · attempt %d%s%s ".formatted(task.fullname(), attempt, place, since));
    }

    private void footer(TaskInfo task) {
        if (task.stuck()) {
            output.warn("%s cannot start: %s".formatted(task.fullname(), TaskWords.reason(task)));
            return;
        }
        if (!output.errorToPeople() || output.quiet()) {
            return;
        }
        sink.end();
        String reason = task.status() == TaskStatus.DONE ? "exit 0" : TaskWords.reason(task);
        String time =
                TaskWords.runTime(task, output).map(span -> ", " + Times.exact(span)).orElse("");
        rule(
                "── finished: %s%s%s "
                        .formatted(task.status(), reason.isEmpty() ? "" : ", " + reason, time));
    }

    private void rule(String text) {
        int width = Math.max(0, output.width() - Widths.of(text));
        output.hint(text + "─".repeat(width));
    }
}
