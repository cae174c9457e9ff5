package io.cattino.cli.serve;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.server.PortHolder;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.ClusterStatus;
import io.cattino.client.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code meow exit}: ends the server. */
public final class ExitCommand extends MeowCommand {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long PROCESS_SECONDS = 30;
    private static final Path PROC = Path.of("/proc");

    private boolean force;

    public ExitCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "End the server and its running tasks, which become Cancelled.",
                "Waiting tasks stay and go on when it is started again.");
        syntax.option("-f", "--force")
                .says(
                        "Kill whichever process of yours listens on the port of this host's server, such as one that does not answer; tasks run on")
                .flag(it -> force = it);
    }

    @Override
    protected Exit execute() {
        return force ? kill() : end();
    }

    /** What it was about is not asked: it may be past answering. */
    private Exit kill() {
        if (!session().target().isLoopback()) {
            throw Failure.usage(
                    "-f kills a process of this host, and %s is another one"
                            .formatted(session().target().host()),
                    "end that server in peace: meow exit");
        }
        int port = session().target().port();
        ProcessHandle holder =
                new PortHolder(PROC)
                        .find(port)
                        .orElseThrow(() ->
                                Failure.of(
                                        Exit.UNREACHABLE,
                                        "no process of yours listens on port %d".formatted(port),
                                        "another port: meow exit -f -H localhost:PORT"));
        String what = holder.info().command().orElse("a process");
        if (!session().confirm("Kill %s (PID %d)?".formatted(what, holder.pid()))) {
            output().warn("Nothing was done.");
            return Exit.FAILED;
        }
        holder.destroyForcibly();
        awaitEnd(holder);
        output().note(
                        "Killed %s (PID %d). Tasks that ran run on; the next server finds them: meow run"
                                .formatted(what, holder.pid()));
        return Exit.OK;
    }

    private Exit end() {
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
        here.flatMap(server -> ProcessHandle.of(server.pid())).ifPresent(ExitCommand::awaitEnd);
        output().note(
                        stopped.isEmpty()
                                ? "The server has exited."
                                : "The server has exited; %s cancelled."
                                        .formatted(Text.count(stopped.size(), "task")));
        return Exit.OK;
    }

    /** The answer comes before the process is gone; whoever starts the next one wants it gone. */
    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(PROCESS_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            throw Failure.of(
                    Exit.FAILED,
                    "the server (PID %d) is still there".formatted(process.pid()),
                    "kill it: meow exit -f");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while the server ends");
        }
    }
}
