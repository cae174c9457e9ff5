package io.cattino.cli.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The completion script of a shell: a resource, into which the commands and their options are put
 * as they are declared.
 */
final class CompletionScript {

    /** The shells there is one for. */
    static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final CommandSpec root;
    private final String version;

    CompletionScript(CommandSpec root, String version) {
        this.root = root;
        this.version = version;
    }

    /** That of a shell. */
    String of(String shell) {
        String lines = shell.equals("fish") ? fishLines() : "";
        return template(shell)
                .replace("@VERSION@", version)
                .replace("@GLOBALS@", options(root.options()))
                .replace("@COMMANDS@", commands().flatMap(this::words).collect(joining()))
                .replace("@CASES@", commands().map(this::branch).collect(Collectors.joining("\n")))
                .replace("@VALUED@", valued())
                .replace("@LINES@", lines);
    }

    private static String template(String shell) {
        try (InputStream in = CompletionScript.class.getResourceAsStream("meow." + shell)) {
            return new String(
                    Objects.requireNonNull(in, shell).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Collector<CharSequence, ?, String> joining() {
        return Collectors.joining(" ");
    }

    private Stream<CommandSpec> commands() {
        return root.subcommands().values().stream()
                .distinct()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden());
    }

    private Stream<String> words(CommandSpec command) {
        return Stream.concat(Stream.of(command.name()), Arrays.stream(command.aliases()));
    }

    /** For bash and zsh, which have this much in common. */
    private String branch(CommandSpec command) {
        return """
            %s)
              _meow_options='%s'
              _meow_positionals='%s'
              ;;\
        """
                .formatted(
                        words(command).collect(Collectors.joining(" | ")),
                        options(own(command)),
                        positionals(command).collect(joining()));
    }

    private static List<OptionSpec> own(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.inherited() && !option.hidden())
                .toList();
    }

    private static String options(List<OptionSpec> options) {
        List<String> words = new ArrayList<>();
        for (OptionSpec option : options) {
            String kind = CompletionKind.of(option);
            for (String name : option.names()) {
                words.add(kind.isEmpty() ? name : name + ":" + kind);
            }
        }
        return String.join(" ", words);
    }

    private static Stream<String> positionals(CommandSpec command) {
        return command.positionalParameters().stream()
                .filter(positional -> !positional.hidden())
                .map(CompletionScript::positional);
    }

    private static String positional(PositionalParamSpec positional) {
        return CompletionKind.of(positional) + (positional.arity().max() > 1 ? "+" : "");
    }

    private String valued() {
        return root.options().stream()
                .filter(option -> !CompletionKind.of(option).isEmpty())
                .flatMap(option -> Arrays.stream(option.names()))
                .collect(joining());
    }

    private String fishLines() {
        List<String> lines = new ArrayList<>();
        root.options().forEach(option -> lines.add("complete -c meow" + fish(option)));
        commands()
                .forEach(command -> {
                    for (String word : words(command).toList()) {
                        lines.add(
                                "complete -c meow -n __meow_command -a %s -d %s"
                                        .formatted(word, quoted(summary(command))));
                    }
                    String when =
                            "complete -c meow -n '__meow_command %s'"
                                    .formatted(words(command).collect(joining()));
                    own(command).forEach(option -> lines.add(when + fish(option)));
                    positionals(command)
                            .map(kind -> fishValues(kind.replace("+", "")))
                            .filter(values -> !values.isEmpty())
                            .distinct()
                            .forEach(values -> lines.add(when + values));
                });
        return String.join("\n", lines);
    }

    private static String fish(OptionSpec option) {
        String names =
                Arrays.stream(option.names())
                        .map(name ->
                                name.startsWith("--")
                                        ? " -l " + name.substring(2)
                                        : " -s " + name.substring(1))
                        .collect(Collectors.joining());
        String kind = CompletionKind.of(option);
        String values = fishValues(kind);
        String value = kind.isEmpty() ? "" : (values.endsWith(" -F") ? " -r" : " -x") + values;
        return names + value + " -d " + quoted(String.join(" ", option.description()));
    }

    private static String fishValues(String kind) {
        return switch (kind) {
            case "tasks", "groups", "nodes", "settings", "contexts" ->
                    " -a '(__meow_names %s)'".formatted(kind);
            case "files", "commands" -> " -F";
            case "dirs" -> " -a '(__fish_complete_directories)'";
            default ->
                    kind.startsWith("=")
                            ? " -a " + quoted(kind.substring(1).replace(',', ' '))
                            : "";
        };
    }

    private static String summary(CommandSpec command) {
        String[] description = command.usageMessage().description();
        return description.length == 0 ? "" : description[0];
    }

    private static String quoted(String text) {
        String plain = text.replace("%%", "%").replace("$$", "$");
        return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
