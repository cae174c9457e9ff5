package io.cattino.cli.follow;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.TaskInfo;
import java.util.List;
import java.util.Set;

/** {@code meow logs}: a log as far as it is, or with {@code -f} as {@code watch} shows it. */
public final class LogsCommand extends MeowCommand {

    private LogOptions options = new LogOptions();
    private boolean follow;

    public LogsCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Show the log of a task as far as it is; of the server without a NAME.",
                "With -f as meow watch does: until the task ends.");
        options.declare(syntax);
        syntax.option("-f", "--follow").says("Go on until the task ends").flag(it -> follow = it);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("--rank");
    }

    @Override
    protected Exit execute() {
        LogRange range = options.range(output().clock());
        if (options.names().isEmpty()) {
            return new ServerLog(session()).show(range, follow);
        }
        LogView view = options.view();
        List<TaskInfo> tasks = new Lookup(client()).tasks(options.names());
        if (follow) {
            return new LogFollowers(client(), output(), view, range, options.groups(tasks))
                    .follow(tasks, options.attempt(), session().waitLimit());
        }
        LogScreen screen = LogScreen.of(output());
        GroupLogs groups = new GroupLogs(client(), range, screen, options.groups(tasks));
        groups.names().forEach(group -> groups.show(group, false));
        for (TaskInfo task : tasks) {
            if (groups.anyShown() && LogFollower.started(task) == 0) {
                continue; // the group's hooks are what was asked for, and may tell why
            }
            AttemptLog log =
                    new AttemptLog(
                            client(),
                            output(),
                            view,
                            groups.range(task),
                            screen,
                            groups.prefix(task, tasks.size()));
            log.readPresent(task, attempt(task));
            log.end();
        }
        return Exit.OK;
    }

    private int attempt(TaskInfo task) {
        int newest = LogFollower.started(task);
        if (newest == 0) {
            throw WatchCommand.notStarted(task);
        }
        int wanted = options.attempt();
        if (wanted > newest) {
            throw Failure.of(
                    Exit.UNKNOWN,
                    "%s has no attempt %d; the newest is %d"
                            .formatted(task.fullname(), wanted, newest),
                    "its attempts: meow describe " + task.fullname());
        }
        return wanted == 0 ? newest : wanted;
    }
}
