package io.cattino.cli.serve;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import java.util.List;

/**
 * Commands of the servers: the launcher gives them to the servers' own class path, so here they are
 * only for the help.
 */
public abstract class ServerCommand extends MeowCommand {

    private final String about;
    private List<String> words = List.of();

    ServerCommand(Session session, String about) {
        super(session);
        this.about = about;
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(about);
        syntax.words("").hidden().texts(it -> words = it);
    }

    @Override
    protected Exit execute() {
        throw Failure.usage(
                "servers are started by the launcher, bin/meow " + String.join(" ", words));
    }

    /** {@code meow run}. */
    public static final class Run extends ServerCommand {
        public Run(Session session) {
            super(session, "Start a whole Cattino on this host, in the foreground.");
        }
    }

    /** {@code meow coordinator}. */
    public static final class Coordinator extends ServerCommand {
        public Coordinator(Session session) {
            super(session, "Run a coordinator of a farm: meow coordinator run --help");
        }
    }

    /** {@code meow agent}. */
    public static final class Agent extends ServerCommand {
        public Agent(Session session) {
            super(session, "Run the agent of a machine: meow agent run --help");
        }
    }

    /** {@code meow zookeeper}. */
    public static final class ZooKeeper extends ServerCommand {
        public ZooKeeper(Session session) {
            super(session, "Run a ZooKeeper server of a farm: meow zookeeper run --help");
        }
    }

    /** {@code meow admin}. */
    public static final class Admin extends ServerCommand {
        public Admin(Session session) {
            super(session, "Look at and mend what a farm has in ZooKeeper: meow admin --help");
        }
    }
}
