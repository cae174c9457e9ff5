package io.cattino.cli.serve;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.ClusterStatus;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import org.jspecify.annotations.Nullable;

/** {@code meow test}: whether the server or a task runs. */
public final class TestCommand extends MeowCommand {

    /** What the server has been called from the start; scripts know it. */
    private static final String SERVER = "backend";

    private @Nullable String name;

    public TestCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Whether a task runs; without a NAME, whether the server does.",
                "Exits with 0 if it runs, 1 if it does not, 3 if there is no such task, 5 if there is no server.");
        syntax.word("NAME").arity("0..1").says("A task").text(it -> name = it);
    }

    @Override
    protected Exit execute() {
        return name == null || name.equals(SERVER) ? server() : task(name);
    }

    /** A whole server in one process is up when its own node has come as well. */
    private Exit server() {
        ClusterStatus status = client().cluster().status();
        if (!status.allInOne() || status.nodesReady() > 0) {
            output().line("backend is running with PID %d.".formatted(status.pid()));
            return Exit.OK;
        }
        output().line(
                        "The server is starting with PID %d: its agent has not registered yet."
                                .formatted(status.pid()));
        return Exit.FAILED;
    }

    private Exit task(String fullname) {
        TaskInfo task = new Lookup(client()).task(fullname);
        if (task.status() == TaskStatus.RUNNING) {
            output().line("%s is running with PID %d.".formatted(fullname, task.pid()));
            return Exit.OK;
        }
        output().line(
                        task.status() == TaskStatus.WAITING
                                ? "%s has not started yet.".formatted(fullname)
                                : "%s has already ended: %s.".formatted(fullname, task.status()));
        return Exit.FAILED;
    }
}
