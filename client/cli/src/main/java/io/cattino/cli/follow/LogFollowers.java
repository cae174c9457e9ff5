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
    private final LogScreen screen;
    private final GroupLogs groups;

    /** For whole logs. */
    public LogFollowers(MeowClient client, Output output, LogView view) {
        this(client, output, view, LogRange.ALL, List.of());
    }

    /**
     * @param groups whose own log is wanted
     */
    LogFollowers(
            MeowClient client, Output output, LogView view, LogRange range, List<String> groups) {
        this.client = client;
        this.output = output;
        this.view = view;
        this.screen = LogScreen.of(output);
        this.groups = new GroupLogs(client, range, screen, groups);
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
        String one = tasks.size() == 1 ? tasks.getFirst().fullname() : "";
        String leaving =
                one.isEmpty()
                        ? "Left the logs; %s go on. Stop them: meow kill NAME..."
                                .formatted(Text.count(tasks.size(), "task"))
                        : "Left the log; %s goes on. Stop it: meow kill %s".formatted(one, one);
        try (Leaving _ = Leaving.say(output, leaving)) {
            List<TaskInfo> inside = tasks.stream().filter(task -> !groups.isEnd(task)).toList();
            List<TaskInfo> ends = new ArrayList<>(beside(groups.names(), inside, first, limit));
            // The end of a group begins when its tasks are over.
            ends.addAll(beside(List.of(), groups.ends(), first, limit));
            return ends;
        }
    }

    private List<TaskInfo> beside(
            List<String> starts, List<TaskInfo> tasks, int first, Optional<Duration> limit) {
        List<Future<?>> shown = new ArrayList<>();
        List<Future<TaskInfo>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            starts.forEach(group -> shown.add(threads.submit(() -> groups.show(group, true))));
            for (TaskInfo task : tasks) {
                ends.add(threads.submit(() -> end(task, tasks.size(), first, limit)));
            }
        }
        shown.forEach(LogFollowers::end);
        return ends.stream().map(LogFollowers::end).toList();
    }

    private TaskInfo end(TaskInfo task, int tasks, int first, Optional<Duration> limit) {
        String prefix = groups.prefix(task, tasks);
        LogRange range = groups.range(task);
        try {
            return new LogFollower(client, output, view, range, screen, prefix)
                    .followBeside(task.fullname(), first, limit);
        } catch (RuntimeException e) {
            groups.stop();
            throw e;
        }
    }

    private static <T> T end(Future<T> end) {
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
