package io.cattino.cli.follow;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code meow watch}: a log, as it grows. */
public final class WatchCommand extends MeowCommand {

    private LogOptions options = new LogOptions();
    private boolean noWait;

    public WatchCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Follow the log of a task until it ends; of the server without a NAME.",
                "A task that has not started is waited for. ^C leaves the log; the task goes on.");
        options.declare(syntax);
        syntax.option("--no-wait")
                .says("Exit with 1 if it has not started yet")
                .flag(it -> noWait = it);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("--rank");
    }

    @Override
    protected Exit execute() {
        if (options.names().isEmpty()) {
            return new ServerLog(session()).show(options.range(output().clock()), !noWait);
        }
        LogView view = options.view();
        LogRange range = options.range(output().clock());
        Optional<Duration> limit = session().waitLimit();
        List<TaskInfo> tasks = new Lookup(client()).tasks(options.names());
        if (noWait) {
            tasks.forEach(WatchCommand::checkStarted);
        }
        return new LogFollowers(client(), output(), view, range, options.groups(tasks))
                .follow(tasks, options.attempt(), limit);
    }

    private static void checkStarted(TaskInfo task) {
        if (task.status() == TaskStatus.WAITING && task.attempt() == 0) {
            throw notStarted(task);
        }
    }

    /** That there is no log yet. */
    static Failure notStarted(TaskInfo task) {
        String reason = TaskWords.reason(task);
        return Failure.of(
                Exit.FAILED,
                "%s has not started%s"
                        .formatted(task.fullname(), reason.isEmpty() ? "" : ": " + reason),
                "wait for it: meow watch " + task.fullname());
    }
}
