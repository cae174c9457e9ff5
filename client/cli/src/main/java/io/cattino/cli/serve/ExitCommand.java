package io.cattino.cli.serve;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.ClusterStatus;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code meow exit}: ends the server. */
public final class ExitCommand extends MeowCommand {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long PROCESS_SECONDS = 30;

    public ExitCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "End the server and its running tasks, which become Cancelled.",
                "Waiting tasks stay and go on when it is started again.");
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("-f", "--force");
    }

    @Override
    protected Exit execute() {
        Duration limit = session().waitLimit().orElse(LIMIT);
        ClusterStatus status = client().cluster().status();
        long running = status.count(TaskStatus.RUNNING);
        if (running > 0
                && !session()
                        .confirm(
                                "End the server and %s?"
                                        .formatted(Text.count(running, "running task")))) {
            output().warn("Nothing was done.");
            return Exit.FAILED;
        }
        Optional<LocalServer> here =
                LocalServer.find(session().home()).filter(server -> server.pid() == status.pid());
        output().note("Backend exiting...");
        List<String> stopped = client().cluster().shutdown(limit);
        here.ifPresent(ExitCommand::awaitEnd);
        output().note(
                        stopped.isEmpty()
                                ? "The server has exited."
                                : "The server has exited; %s cancelled."
                                        .formatted(Text.count(stopped.size(), "task")));
        return Exit.OK;
    }

    /** The answer comes before the process is gone; whoever starts the next one wants it gone. */
    private static void awaitEnd(LocalServer server) {
        Optional<ProcessHandle> process = ProcessHandle.of(server.pid());
        if (process.isEmpty()) {
            return;
        }
        try {
            process.get().onExit().get(PROCESS_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            throw Failure.of(
                    Exit.FAILED,
                    "the server (PID %d) has ended its tasks, but is still there"
                            .formatted(server.pid()),
                    "kill it: kill -9 %d".formatted(server.pid()));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while the server ends");
        }
    }
}
