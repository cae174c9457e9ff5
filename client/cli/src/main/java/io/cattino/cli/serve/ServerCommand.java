package io.cattino.cli.serve;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Commands of the servers: the launcher gives them to the servers' own class path, so here they are
 * only for the help.
 */
public abstract class ServerCommand extends MeowCommand {

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    ServerCommand(Session session) {
        super(session);
    }

    @Override
    protected Exit execute() {
        throw Failure.usage(
                "servers are started by the launcher, bin/meow " + String.join(" ", words));
    }

    /** {@code meow run}. */
    @Command(name = "run", description = "Start a whole Cattino on this host, in the foreground.")
    public static final class Run extends ServerCommand {
        public Run(Session session) {
            super(session);
        }
    }

    /** {@code meow coordinator}. */
    @Command(
            name = "coordinator",
            description = "Run a coordinator of a farm: meow coordinator run --help")
    public static final class Coordinator extends ServerCommand {
        public Coordinator(Session session) {
            super(session);
        }
    }

    /** {@code meow agent}. */
    @Command(name = "agent", description = "Run the agent of a machine: meow agent run --help")
    public static final class Agent extends ServerCommand {
        public Agent(Session session) {
            super(session);
        }
    }
}
