package io.cattino.cli;

import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Globals;
import io.cattino.cli.session.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The reference of the command line, as the commands themselves tell it. */
final class Reference {
    private static final String HEAD =
            """
            # Command reference

            Written by the commands themselves: `./mvnw test -pl client/cli -am -Dtest=ReferenceTest
            -Dsurefire.failIfNoSpecifiedTests=false -Dcattino.docs=update` writes this page anew. What goes together
            is in [the command line](cli.md).

            """;

    private final CommandLine root;

    Reference(Session session) {
        root = new CommandLine(new Meow(new Globals()).spec());
        root.setCommandName("meow");
        Commands.ALL.stream()
                .filter(entry -> !entry.name().startsWith("_"))
                .forEach(entry ->
                        root.addSubcommand(entry.name(), new CommandLine(entry.model(session))));
        root.setExpandAtFiles(false);
    }

    /** The commands, in the order of the help. */
    Stream<CommandLine> commands() {
        return root.getSubcommands().values().stream()
                .distinct()
                .filter(line -> !line.getCommandSpec().usageMessage().hidden());
    }

    /** Reads a line as it would be typed, without running it. */
    void parse(List<String> words) {
        root.parseArgs(words.toArray(String[]::new));
    }

    /** The whole page. */
    String page() {
        StringBuilder page = new StringBuilder(HEAD);
        page.append(index()).append('\n');
        commands().forEach(line -> page.append(section(line.getCommandSpec())));
        page.append("## Options of every command\n\n").append(options(globals()));
        return page.append("\n## Exit codes\n\n").append(exits()).toString();
    }

    private String index() {
        return commands()
                .map(CommandLine::getCommandSpec)
                .map(spec -> "[`%s`](#meow-%s)".formatted(spec.name(), spec.name()))
                .collect(Collectors.joining(" ", "", "\n"));
    }

    private List<OptionSpec> globals() {
        return root.getCommandSpec().options().stream().filter(option -> !option.hidden()).toList();
    }

    private static String section(CommandSpec command) {
        StringBuilder text = new StringBuilder("## meow " + command.name() + "\n\n");
        description(command).forEach(line -> text.append(line).append('\n'));
        text.append("\n```\n").append(synopsis(command)).append("\n```\n\n");
        if (command.aliases().length > 0) {
            text.append("Also called: ")
                    .append(
                            Arrays.stream(command.aliases())
                                    .map(alias -> "`" + alias + "`")
                                    .collect(Collectors.joining(", ")))
                    .append(".\n\n");
        }
        List<OptionSpec> own =
                command.options().stream()
                        .filter(option -> !option.inherited() && !option.hidden())
                        .toList();
        List<PositionalParamSpec> words =
                command.positionalParameters().stream().filter(word -> !word.hidden()).toList();
        if (!own.isEmpty() || !words.isEmpty()) {
            text.append(table(words, own)).append('\n');
        }
        if (!Manual.isShown(command)) {
            List<String> examples = Manual.examples(command.name());
            text.append("```sh\n").append(String.join("\n", examples)).append("\n```\n\n");
        }
        return text.append(codes(command)).append("\n\n").toString();
    }

    /** Lines that are indented show something and stay as they are. */
    private static List<String> description(CommandSpec command) {
        List<String> lines = new ArrayList<>();
        boolean shown = false;
        for (String line : command.usageMessage().description()) {
            boolean indented = line.startsWith("  ");
            if (indented != shown) {
                lines.add(indented ? "\n```" : "```\n");
            }
            shown = indented;
            lines.add(plain(indented ? "meow " + line.strip() : line));
        }
        if (shown) {
            lines.add("```");
        }
        return lines;
    }

    private static String synopsis(CommandSpec command) {
        String words =
                command.positionalParameters().stream()
                        .filter(word -> !word.hidden())
                        .map(word -> " " + signature(word))
                        .collect(Collectors.joining());
        return "meow " + command.name() + " [OPTION...]" + words;
    }

    private static String signature(PositionalParamSpec word) {
        String label = word.paramLabel();
        String several = word.arity().max() > 1 ? label + "..." : label;
        return word.arity().min() == 0 ? "[" + several + "]" : several;
    }

    private static String table(List<PositionalParamSpec> words, List<OptionSpec> options) {
        StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
        words.forEach(word -> table.append(row("`" + cell(word.paramLabel()) + "`", word)));
        return table.append(rows(options)).toString();
    }

    private static String options(List<OptionSpec> options) {
        return "| | |\n|---|---|\n" + rows(options);
    }

    private static String rows(List<OptionSpec> options) {
        return options.stream()
                .map(option -> row(names(option), option))
                .collect(Collectors.joining());
    }

    private static String row(String names, ArgSpec arg) {
        String text = String.join(" ", arg.description());
        return "| %s | %s |\n".formatted(names, cell(plain(text)));
    }

    private static String names(OptionSpec option) {
        String names =
                Arrays.stream(option.names())
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(", "));
        boolean valued = option.arity().max() > 0 && !option.paramLabel().isBlank();
        return valued ? names + " `" + cell(option.paramLabel()) + "`" : names;
    }

    /** As picocli would print it. */
    private static String plain(String text) {
        return text.replace("%n", " ").replace("%%", "%").replace("$$", "$");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String codes(CommandSpec command) {
        String codes =
                Manual.exits(command.name()).stream()
                        .map(exit -> Integer.toString(exit.code()))
                        .collect(Collectors.joining(", "));
        return "[Exit codes](#exit-codes): " + codes + ".";
    }

    private static String exits() {
        StringBuilder table = new StringBuilder("| Code | In JSON | Means |\n|---|---|---|\n");
        for (Exit exit : Exit.values()) {
            table.append("| %d | `%s` | %s |\n".formatted(exit.code(), exit.word(), meaning(exit)));
        }
        table.append("| 130 | | ^C: left; the task lives on |\n");
        return table.append(
                        """

                        `create -f`, `create -W` and `wait` on one task end with the task's own code, 128+n after signal n, and 1 if it was
                        cancelled or cannot start; on several with 0 if all are Done, else 1. In a task, exit code 100 means: try again.
                        """)
                .toString();
    }

    private static String meaning(Exit exit) {
        return switch (exit) {
            case OK -> "done";
            case FAILED -> "failed, or said no to a question";
            case USAGE -> "the command line makes no sense, or the option is not supported yet";
            case UNKNOWN -> "no such task, group or node";
            case STATE -> "in the wrong state, the name is taken, or it never fits";
            case UNREACHABLE -> "no coordinator answers, or none leads";
            case DENIED -> "the token is missing or wrong";
            case PARTLY -> "done for some of the names only";
            case TIMEOUT -> "`--timeout` ran out; the tasks live on";
            case OWN -> "meow itself failed while it stood for one task";
        };
    }
}
