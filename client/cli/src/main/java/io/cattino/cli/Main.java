package io.cattino.cli;

import io.cattino.cli.serve.VersionCommand;
import io.cattino.cli.session.Globals;
import io.cattino.cli.session.Invocation;
import io.cattino.cli.session.ProcessText;
import io.cattino.cli.session.Session;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command line. */
public final class Main {

    private static final int LONGEST_LINE = 100;

    private static final String HELP = "help";
    private static final String JSON = "--json";

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        int exit = run(Invocation.ofProcess(), ProcessText.arguments(args));
        end(exit);
    }

    /**
     * Ends the process at once: an orderly exit looks for a logger first, which takes longer than
     * most commands. One that a signal has begun has its own code, and goes on.
     */
    private static void end(int exit) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread());
        } catch (IllegalStateException _) {
            System.exit(exit);
        }
        Runtime.getRuntime().halt(exit);
    }

    /**
     * Runs one command; the answer is its exit code. Nothing that is loaded before a command asks
     * for it knows of gRPC.
     */
    public static int run(Invocation invocation, String... args) {
        List<String> words = withHelp(List.of(args));
        Globals globals = new Globals();
        try (Session session = new Session(invocation, globals)) {
            CommandLine line = commandLine(session, globals, words);
            Mistakes mistakes = new Mistakes(session, asksForJson(words));
            line.setParameterExceptionHandler((mistake, _) -> mistakes.onUsage(mistake));
            line.setExecutionExceptionHandler(
                    (failure, where, _) -> mistakes.onFailure(failure, where));
            int exit = line.execute(withEmptyJson(line, words).toArray(String[]::new));
            line.getOut().flush();
            invocation.out().flush();
            invocation.err().flush();
            return exit;
        }
    }

    private static CommandLine commandLine(Session session, Globals globals, List<String> words) {
        CommandLine line = new CommandLine(new Meow(globals).spec());
        String typed = session.env().getOrDefault("CATTINO_ARGV0", "meow");
        line.setCommandName(typed);
        for (Commands.Entry entry : Commands.needed(words)) {
            line.addSubcommand(entry.name(), new CommandLine(entry.model(session)));
        }
        line.setExpandAtFiles(false);
        line.setOut(new PrintWriter(session.invocation().out(), false, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(session.invocation().err(), false, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setUsageHelpWidth(LONGEST_LINE);
        line.setUsageHelpLongOptionsMaxWidth(LONGEST_LINE / 2);
        line.getSubcommands().values().forEach(command -> complete(command, session));
        complete(line, session);
        return line;
    }

    private static void complete(CommandLine line, Session session) {
        line.getCommandSpec()
                .versionProvider(() -> VersionCommand.lines(session).toArray(String[]::new));
        line.getCommandSpec().usageMessage().sortOptions(false);
        Manual.addTo(line);
    }

    /** {@code meow help create} is {@code meow create --help}. */
    private static List<String> withHelp(List<String> words) {
        if (!Commands.word(words).equals(Optional.of(HELP))) {
            return words;
        }
        List<String> asked = new ArrayList<>(words);
        asked.remove(HELP);
        boolean known = Commands.word(asked).map(Commands.words()::contains).orElse(true);
        if (known) {
            asked.add("--help");
        }
        return asked;
    }

    private static boolean asksForJson(List<String> words) {
        return words.stream()
                .takeWhile(word -> !word.equals("--"))
                .anyMatch(word -> word.equals(JSON) || word.startsWith(JSON + "="));
    }

    /** {@code --json} may have fields behind a {@code =}, but never takes the next word. */
    private static List<String> withEmptyJson(CommandLine line, List<String> typed) {
        boolean hasFields =
                Commands.word(typed)
                        .map(line.getSubcommands()::get)
                        .map(command -> command.getCommandSpec().findOption(JSON))
                        .map(option -> option.arity().max() > 0)
                        .orElse(false);
        if (!hasFields) {
            return typed;
        }
        List<String> words = new ArrayList<>(typed);
        int dashes = words.indexOf("--");
        List<String> ours = dashes < 0 ? words : words.subList(0, dashes);
        ours.replaceAll(word -> word.equals(JSON) ? JSON + "=" : word);
        return words;
    }
}
