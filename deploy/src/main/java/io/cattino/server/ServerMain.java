package io.cattino.server;

import io.cattino.coordinator.config.BuildInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code meow run}, {@code meow coordinator run} and {@code meow agent run}; the launcher sends
 * these words here.
 */
@Command(
        name = "meow",
        description = "Starts Cattino's servers.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {RunCommand.class, ServerMain.Coordinator.class, ServerMain.Agent.class})
public final class ServerMain implements Callable<Integer> {
    /** Which build these servers are. */
    static final BuildInfo BUILD = BuildInfo.of(ServerMain.class);

    @Spec private CommandSpec spec;

    /**
     * Options of the whole command line, which may stand before the command; they say nothing to a
     * server.
     */
    @Option(
            names = {"-H", "--coordinator", "--context", "--timeout", "--color"},
            hidden = true)
    void ignore(String value) {}

    /** Likewise. */
    @Option(
            names = {"-q", "--quiet", "-v", "--verbose", "-y", "--yes", "--no-input"},
            hidden = true)
    void ignore(boolean value) {}

    private ServerMain() {
        this.spec = CommandSpec.create();
    }

    /** Runs a server until it ends, and exits with its code. */
    public static void main(String[] args) {
        String typed = System.getenv().getOrDefault("CATTINO_ARGV0", "meow");
        CommandLine line = new CommandLine(new ServerMain());
        line.setCommandName(typed);
        line.setExecutionExceptionHandler((failure, _, _) -> {
            Startup.complain(failure);
            return Startup.code(failure).code();
        });
        line.setParameterExceptionHandler((mistake, _) -> Startup.misused(mistake, typed));
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say which server: run, coordinator run or agent run");
    }

    /** Groups what concerns a coordinator apart. */
    @Command(
            name = "coordinator",
            description = "A coordinator by itself, beside a ZooKeeper.",
            subcommands = CoordinatorCommand.class)
    static final class Coordinator {}

    /** Groups what concerns an agent apart. */
    @Command(
            name = "agent",
            description = "An agent by itself: it runs the tasks of one host.",
            subcommands = AgentCommand.class)
    static final class Agent {}
}
