package io.cattino.server;

import io.cattino.coordinator.config.BuildInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code meow run}, {@code meow coordinator run}, {@code meow agent run} and {@code meow zookeeper
 * run}, and {@code meow admin}; the launcher sends these words here.
 */
@Command(
        name = "meow",
        description = "Starts Cattino's servers, and mends what they keep.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            ServerMain.Coordinator.class,
            ServerMain.Agent.class,
            ServerMain.ZooKeeper.class,
            AdminCommand.class
        })
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
        System.exit(run(System.getenv(), List.of(args)));
    }

    private static int run(Map<String, String> environment, List<String> args) {
        CommandLine line = commandLine();
        String typed = environment.getOrDefault("CATTINO_ARGV0", "meow");
        line.setCommandName(typed);
        line.setExecutionExceptionHandler((failure, _, _) -> {
            Startup.complain(failure);
            return Startup.code(failure).code();
        });
        try {
            Optional<OptionFile> file = OptionFile.namedBy(args);
            line.setParameterExceptionHandler(
                    (mistake, _) -> Startup.misused(mistake, typed, file));
            List<String> all = file.isPresent() ? file.get().expand(line, args, environment) : args;
            return line.execute(all.toArray(String[]::new));
        } catch (Startup.Refused mistake) {
            Startup.say(String.valueOf(mistake.getMessage()), ExitCode.USAGE);
            return ExitCode.USAGE.code();
        }
    }

    /** The servers' command line. */
    static CommandLine commandLine() {
        return new CommandLine(new ServerMain());
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "say which server: run, coordinator run, agent run or zookeeper run");
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

    /** Groups what concerns a ZooKeeper server. */
    @Command(
            name = "zookeeper",
            description = "A server of ZooKeeper, which keeps the journal of a farm.",
            subcommands = ZooKeeperCommand.class)
    static final class ZooKeeper {}
}
