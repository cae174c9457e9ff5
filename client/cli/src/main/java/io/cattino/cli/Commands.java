package io.cattino.cli;

import io.cattino.cli.change.CancelCommand;
import io.cattino.cli.change.CleanCommand;
import io.cattino.cli.change.DrainCommand;
import io.cattino.cli.change.HoldCommand;
import io.cattino.cli.change.HoldFencesCommand;
import io.cattino.cli.change.KillCommand;
import io.cattino.cli.change.NodeCommand;
import io.cattino.cli.change.RemoveCommand;
import io.cattino.cli.change.RerunCommand;
import io.cattino.cli.change.ResumeCommand;
import io.cattino.cli.change.SetCommand;
import io.cattino.cli.change.UndrainCommand;
import io.cattino.cli.change.UnholdCommand;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.create.CreateCommand;
import io.cattino.cli.follow.LogsCommand;
import io.cattino.cli.follow.WaitCommand;
import io.cattino.cli.follow.WatchCommand;
import io.cattino.cli.serve.ExitCommand;
import io.cattino.cli.serve.ServerCommand;
import io.cattino.cli.serve.TestCommand;
import io.cattino.cli.serve.VersionCommand;
import io.cattino.cli.session.Session;
import io.cattino.cli.shell.CompleteCommand;
import io.cattino.cli.shell.CompletionCommand;
import io.cattino.cli.shell.ConfigCommand;
import io.cattino.cli.shell.DoctorCommand;
import io.cattino.cli.show.DescribeCommand;
import io.cattino.cli.show.EventsCommand;
import io.cattino.cli.show.GpusCommand;
import io.cattino.cli.show.ListCommand;
import io.cattino.cli.show.NodesCommand;
import io.cattino.cli.show.StatusCommand;
import io.cattino.cli.show.WhyCommand;
import io.cattino.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** The commands there are, in the order of the help. Only the one that is used is made. */
final class Commands {

    /** Commands that later steps bring. */
    static final Set<String> LATER = Set.of("top", "stats", "dashboard", "gpu", "open");

    /** What people who come from Slurm, kubectl or other queues type first. */
    static final Map<String, String> ELSEWHERE =
            Map.ofEntries(
                    Map.entry("sbatch", "create"),
                    Map.entry("srun", "create -f"),
                    Map.entry("qsub", "create"),
                    Map.entry("add", "create"),
                    Map.entry("apply", "create"),
                    Map.entry("squeue", "list"),
                    Map.entry("sacct", "list --all"),
                    Map.entry("qstat", "list"),
                    Map.entry("get", "list"),
                    Map.entry("scancel", "cancel"),
                    Map.entry("qdel", "cancel"),
                    Map.entry("stop", "kill"),
                    Map.entry("delete", "remove"),
                    Map.entry("sinfo", "nodes"),
                    Map.entry("nvidia-smi", "gpus"),
                    Map.entry("tail", "logs -f"),
                    Map.entry("start", "run"));

    /** It tells of all others. */
    private static final String COMPLETION = "completion";

    private static final Set<String> OPTIONS_WITH_VALUE =
            Set.of("-H", "--coordinator", "--timeout", "--color", "--context");

    static final List<Entry> ALL =
            List.of(
                    new Entry("create", session -> new CreateCommand(session), "submit"),
                    new Entry("list", session -> new ListCommand(session), "ls", "ps"),
                    new Entry("watch", session -> new WatchCommand(session)),
                    new Entry("logs", session -> new LogsCommand(session)),
                    new Entry("describe", session -> new DescribeCommand(session), "show"),
                    new Entry("why", session -> new WhyCommand(session)),
                    new Entry("wait", session -> new WaitCommand(session)),
                    new Entry("test", session -> new TestCommand(session)),
                    new Entry("cancel", session -> new CancelCommand(session)),
                    new Entry("resume", session -> new ResumeCommand(session)),
                    new Entry("kill", session -> new KillCommand(session)),
                    new Entry("remove", session -> new RemoveCommand(session)),
                    new Entry("rerun", session -> new RerunCommand(session)),
                    new Entry("hold", session -> new HoldCommand(session)),
                    new Entry("unhold", session -> new UnholdCommand(session)),
                    new Entry("set", session -> new SetCommand(session)),
                    new Entry("clean", session -> new CleanCommand(session)),
                    new Entry("events", session -> new EventsCommand(session)),
                    new Entry("nodes", session -> new NodesCommand(session)),
                    new Entry("gpus", session -> new GpusCommand(session)),
                    new Entry("node", session -> new NodeCommand(session)),
                    new Entry("drain", session -> new DrainCommand(session)),
                    new Entry("undrain", session -> new UndrainCommand(session)),
                    new Entry("hold-fences", session -> new HoldFencesCommand(session)),
                    new Entry("status", session -> new StatusCommand(session)),
                    new Entry("doctor", session -> new DoctorCommand(session)),
                    new Entry("config", session -> new ConfigCommand(session)),
                    new Entry(COMPLETION, session -> new CompletionCommand(session)),
                    new Entry("run", session -> new ServerCommand.Run(session)),
                    new Entry("coordinator", session -> new ServerCommand.Coordinator(session)),
                    new Entry("agent", session -> new ServerCommand.Agent(session)),
                    new Entry("zookeeper", session -> new ServerCommand.ZooKeeper(session)),
                    new Entry("admin", session -> new ServerCommand.Admin(session)),
                    new Entry("exit", session -> new ExitCommand(session)),
                    new Entry("meow", session -> new VersionCommand(session)),
                    new Entry("__complete", session -> new CompleteCommand(session)));

    private Commands() {}

    /** One command. */
    record Entry(String name, Function<Session, MeowCommand> maker, List<String> aliases) {
        Entry(String name, Function<Session, MeowCommand> maker, String... aliases) {
            this(name, maker, List.of(aliases));
        }

        /** Makes the command, and tells picocli what it takes. */
        CommandSpec model(Session session) {
            MeowCommand command = maker.apply(session);
            CommandSpec spec =
                    CommandSpec.wrapWithoutInspection(command)
                            .name(name)
                            .aliases(aliases.toArray(String[]::new));
            command.declare(new Syntax(spec));
            return spec;
        }

        boolean isCalled(String word) {
            return name.equals(word) || aliases.contains(word);
        }
    }

    /** The first word that is neither a global option nor its value. */
    static Optional<String> word(List<String> args) {
        boolean value = false;
        for (String arg : args) {
            if (value) {
                value = false;
            } else if (OPTIONS_WITH_VALUE.contains(arg)) {
                value = true;
            } else if (!arg.startsWith("-")) {
                return Optional.of(arg);
            }
        }
        return Optional.empty();
    }

    /** The commands to make: one, or for help and mistakes all of them. */
    static List<Entry> needed(List<String> args) {
        return word(args)
                .filter(word -> !word.equals(COMPLETION))
                .flatMap(word -> ALL.stream().filter(entry -> entry.isCalled(word)).findFirst())
                .map(List::of)
                .orElse(ALL);
    }

    /** Every word that names a command. */
    static List<String> words() {
        List<String> words = new ArrayList<>();
        ALL.stream()
                .filter(entry -> !entry.name().startsWith("_"))
                .forEach(entry -> {
                    words.add(entry.name());
                    words.addAll(entry.aliases());
                });
        return words;
    }
}
