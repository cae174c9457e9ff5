package io.cattino.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options of a server in a file ({@code --config}), in the way of TOML: {@code port = 19192},
 * {@code label = ["rack=a", "zone=b"]}, {@code insecure-plaintext = true}. What is typed, and what
 * a variable of the environment says, comes before it.
 *
 * @param path of the file
 * @param entries by name of the option, without its dashes
 */
record OptionFile(Path path, Map<String, Entry> entries) {
    private static final String OPTION = "--config";
    private static final Set<String> NOT_IN_FILES = Set.of("config", "help", "version");

    private static final Map<String, String> VARIABLES =
            Map.of(
                    "port", "CATTINO_PORT",
                    "http-port", "CATTINO_HTTP_PORT",
                    "fake-gpus", "CATTINO_FAKE_GPUS",
                    "token-file", "CATTINO_TOKEN_FILE",
                    "insecure-plaintext", "CATTINO_INSECURE_PLAINTEXT");

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(.*)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"\\\\]*)\"\\s*(?:#.*)?");
    private static final Pattern BARE = Pattern.compile("([^\\s\"#\\[\\]]+)\\s*(?:#.*)?");
    private static final Pattern LIST =
            Pattern.compile("\\[\\s*((?:\"[^\"\\\\]*\"\\s*,?\\s*)*)]\\s*(?:#.*)?");
    private static final Pattern ITEM = Pattern.compile("\"([^\"\\\\]*)\"");

    /** What one line says. */
    record Entry(int line, List<String> values) {
        Entry {
            values = List.copyOf(values);
        }
    }

    /** The file that a command line names; empty if it names none. */
    static Optional<OptionFile> namedBy(List<String> args) throws Startup.Refused {
        List<String> ours = ours(args);
        for (int i = 0; i < ours.size(); i++) {
            if (ours.get(i).startsWith(OPTION + "=")) {
                return Optional.of(read(Path.of(ours.get(i).substring(OPTION.length() + 1))));
            }
            if (ours.get(i).equals(OPTION) && i + 1 < ours.size()) {
                return Optional.of(read(Path.of(ours.get(i + 1))));
            }
        }
        return Optional.empty();
    }

    private static List<String> ours(List<String> args) {
        return args.stream().takeWhile(arg -> !arg.equals("--")).toList();
    }

    /** Reads one. */
    static OptionFile read(Path path) throws Startup.Refused {
        List<String> lines;
        try {
            lines = Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            throw new Startup.Refused("config: there is no file " + path);
        } catch (IOException e) {
            throw new Startup.Refused("config: cannot read " + path + ": " + e.getMessage());
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String where = path + ":" + (i + 1) + ": ";
            Matcher matcher = LINE.matcher(line);
            Optional<List<String>> values =
                    matcher.matches() ? values(matcher.group(2)) : Optional.empty();
            if (values.isEmpty()) {
                problems.add(where + "write NAME = \"VALUE\", or NAME = [\"VALUE\", \"VALUE\"]");
            } else if (entries.put(matcher.group(1), new Entry(i + 1, values.get())) != null) {
                problems.add(where + "'" + matcher.group(1) + "' was said before");
            }
        }
        refuse(problems);
        return new OptionFile(path, entries);
    }

    private static Optional<List<String>> values(String text) {
        for (Pattern single : List.of(QUOTED, BARE)) {
            Matcher matcher = single.matcher(text);
            if (matcher.matches()) {
                return Optional.of(List.of(matcher.group(1)));
            }
        }
        Matcher list = LIST.matcher(text);
        return list.matches()
                ? Optional.of(
                        ITEM.matcher(list.group(1)).results().map(item -> item.group(1)).toList())
                : Optional.empty();
    }

    private static void refuse(List<String> problems) throws Startup.Refused {
        if (!problems.isEmpty()) {
            throw new Startup.Refused(String.join("\n", problems));
        }
    }

    /** The command line with what only the file says. */
    List<String> expand(CommandLine server, List<String> args, Map<String, String> environment)
            throws Startup.Refused {
        CommandLine command = server;
        int at = 0;
        while (at < args.size() && !command.getSubcommands().isEmpty()) {
            command = command.getSubcommands().getOrDefault(args.get(at), command);
            at++;
        }
        List<String> expanded = new ArrayList<>(args.subList(0, at));
        List<String> typed = args.subList(at, args.size());
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            String name = entry.getKey();
            OptionSpec option =
                    NOT_IN_FILES.contains(name)
                            ? null
                            : command.getCommandSpec().findOption("--" + name);
            if (option == null && isForeign(name, server, args)) {
                continue;
            }
            if (option == null) {
                problems.add(unknown(entry, command.getCommandSpec()));
            } else if (!isTyped(name, typed) && !isInEnvironment(option, name, environment)) {
                // With "=" a switch takes a value too.
                entry.getValue().values().forEach(it -> expanded.add("--" + name + "=" + it));
            }
        }
        refuse(problems);
        expanded.addAll(typed);
        return expanded;
    }

    /** {@code admin} takes a coordinator's file, and of that what concerns it. */
    private static boolean isForeign(String name, CommandLine server, List<String> args) {
        return args.contains("admin")
                && !NOT_IN_FILES.contains(name)
                && Optional.ofNullable(server.getSubcommands().get("coordinator"))
                        .map(it -> it.getSubcommands().get("run"))
                        .filter(it -> it.getCommandSpec().findOption("--" + name) != null)
                        .isPresent();
    }

    private String unknown(Map.Entry<String, Entry> entry, CommandSpec command) {
        String known =
                command.options().stream()
                        .filter(option -> !option.hidden())
                        .map(option -> option.longestName().replaceFirst("^--?", ""))
                        .filter(name -> !NOT_IN_FILES.contains(name))
                        .sorted()
                        .collect(Collectors.joining(", "));
        return "%s:%d: there is no '%s'; there are: %s"
                .formatted(path, entry.getValue().line(), entry.getKey(), known);
    }

    private static boolean isTyped(String name, List<String> typed) {
        return ours(typed).stream()
                .anyMatch(arg -> arg.equals("--" + name) || arg.startsWith("--" + name + "="));
    }

    /** Only variables that this command asks, which its help names. */
    private static boolean isInEnvironment(
            OptionSpec option, String name, Map<String, String> environment) {
        String variable = VARIABLES.getOrDefault(name, "");
        return Arrays.stream(option.description()).anyMatch(it -> it.contains("$" + variable))
                && !environment.getOrDefault(variable, "").isEmpty();
    }

    /** Where it says something of an option, for a complaint: {@code file:3: }; else nothing. */
    String place(String option) {
        Entry entry = entries.get(option.replaceFirst("^--", ""));
        return entry == null ? "" : path + ":" + entry.line() + ": ";
    }
}
