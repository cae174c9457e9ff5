package io.cattino.cli.follow;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Text;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Follows the logs of one task, or of several on one screen. */
public final class LogFollowers {

    private final MeowClient client;
    private final Output output;
    private final LogView view;
    private final LogRange range;
    private final LogScreen screen;

    /** For whole logs. */
    public LogFollowers(MeowClient client, Output output, LogView view) {
        this(client, output, view, LogRange.ALL);
    }

    LogFollowers(MeowClient client, Output output, LogView view, LogRange range) {
        this.client = client;
        this.output = output;
        this.view = view;
        this.range = range;
        this.screen = LogScreen.of(output);
    }

    /** What stands before the lines of a task. */
    static String prefix(TaskInfo task, int tasks) {
        return tasks == 1 ? "" : task.fullname() + " │ ";
    }

    /**
     * Follows to the end of all.
     *
     * @param first number of the attempt to begin with; 0: the newest
     */
    Exit follow(List<TaskInfo> tasks, int first, Optional<Duration> limit) {
        Exit verdict = Exit.OK;
        for (TaskInfo end : ends(tasks, first, limit)) {
            verdict = verdict(end) == Exit.OK ? verdict : Exit.FAILED;
        }
        return verdict;
    }

    /**
     * Follows to the end of all.
     *
     * @param first number of the attempt to begin with; 0: the newest
     * @return the tasks then, in the same order
     */
    public List<TaskInfo> ends(List<TaskInfo> tasks, int first, Optional<Duration> limit) {
        List<Future<TaskInfo>> ends = new ArrayList<>();
        String one = tasks.size() == 1 ? tasks.getFirst().fullname() : "";
        String leaving =
                one.isEmpty()
                        ? "Left the logs; %s go on. Stop them: meow kill NAME..."
                                .formatted(Text.count(tasks.size(), "task"))
                        : "Left the log; %s goes on. Stop it: meow kill %s".formatted(one, one);
        try (Leaving _ = Leaving.say(output, leaving);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (TaskInfo task : tasks) {
                String prefix = prefix(task, tasks.size());
                LogFollower follower = new LogFollower(client, output, view, range, screen, prefix);
                ends.add(
                        threads.submit(() -> follower.followBeside(task.fullname(), first, limit)));
            }
        }
        return ends.stream().map(LogFollowers::end).toList();
    }

    private static TaskInfo end(Future<TaskInfo> end) {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while following");
        }
    }

    /** A log that was read is a success, whatever became of the task. */
    private Exit verdict(TaskInfo end) {
        if (end.attempt() > 0) {
            return Exit.OK;
        }
        if (!end.stuck()) {
            output.warn("%s is %s and never started".formatted(end.fullname(), end.status()));
        }
        return Exit.FAILED;
    }
}
