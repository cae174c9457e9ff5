package io.cattino.cli.follow;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.client.LogKind;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meow watch}: a log, as it grows. */
@Command(
        name = "watch",
        description = "Follow the log of a task until it ends; of the server without a NAME.")
public final class WatchCommand extends MeowCommand {

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Tasks or groups; several: each line behind its task's name")
    private List<String> names = List.of();

    @Option(
            names = {"-s", "--stream"},
            paramLabel = "STREAM",
            defaultValue = "stdout",
            description = "stdout (default), stderr or hooks")
    private String stream = "stdout";

    @Option(names = "--no-wait", description = "Exit with 1 if it has not started yet")
    private boolean noWait;

    public WatchCommand(Session session) {
        super(session);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("--tail", "--since", "--attempt", "--rank");
    }

    @Override
    protected Exit execute() {
        if (names.isEmpty()) {
            return new ServerLog(session()).follow(!noWait);
        }
        LogKind kind = kind(stream);
        Optional<Duration> limit = session().waitLimit();
        List<TaskInfo> tasks = new Lookup(client()).tasks(names);
        if (noWait) {
            tasks.forEach(WatchCommand::checkStarted);
        }
        if (tasks.size() == 1) {
            LogSink sink = LogSink.raw(output().raw(), output().toPeople());
            TaskInfo end =
                    new LogFollower(client(), output(), kind, sink)
                            .follow(tasks.getFirst().fullname(), 0, limit);
            return verdict(end);
        }
        return several(tasks, kind, limit);
    }

    private Exit several(List<TaskInfo> tasks, LogKind kind, Optional<Duration> limit) {
        List<Future<TaskInfo>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (TaskInfo task : tasks) {
                LogSink sink = LogSink.prefixed(output().raw(), task.fullname() + " │ ");
                LogFollower follower = new LogFollower(client(), output(), kind, sink);
                ends.add(threads.submit(() -> follower.follow(task.fullname(), 0, limit)));
            }
        }
        Exit verdict = Exit.OK;
        for (Future<TaskInfo> end : ends) {
            try {
                Exit one = verdict(end.get());
                verdict = one == Exit.OK ? verdict : one;
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.of(Exit.FAILED, "interrupted while following");
            }
        }
        return verdict;
    }

    /** A log that was read is a success, whatever became of the task. */
    private Exit verdict(TaskInfo end) {
        if (end.attempt() > 0) {
            return Exit.OK;
        }
        if (!end.stuck()) {
            output().warn("%s is %s and never started".formatted(end.fullname(), end.status()));
        }
        return Exit.FAILED;
    }

    private static void checkStarted(TaskInfo task) {
        if (task.status() == TaskStatus.WAITING && task.attempt() == 0) {
            String reason = TaskWords.reason(task);
            throw Failure.of(
                    Exit.FAILED,
                    "%s has not started%s"
                            .formatted(task.fullname(), reason.isEmpty() ? "" : ": " + reason),
                    "wait for it: meow watch " + task.fullname());
        }
    }

    private static LogKind kind(String stream) {
        return switch (stream.toLowerCase(Locale.ROOT)) {
            case "stdout" -> LogKind.STDOUT;
            case "stderr" -> LogKind.STDERR;
            case "hooks" -> LogKind.HOOKS;
            case "all" -> throw Failure.later("-s all");
            default ->
                    throw Failure.usage(
                            "'%s' is no stream: choose stdout, stderr or hooks".formatted(stream));
        };
    }
}
