package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.client.CommandLine;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * What is to be run: a command, or a script.
 *
 * @param begin INPUT, which is a command line; or the first words of the command as they are
 * @param further the arguments behind it, as they are
 * @param isLine whether {@code begin} is a command line, still to be split as a shell does
 * @param exports whether {@code begin} is a Python script, to be run for what it exports
 * @param directives what the script says of itself
 * @param notes what people should know of how they were understood
 */
record Work(
        List<String> begin,
        List<String> further,
        boolean isLine,
        boolean exports,
        Directives directives,
        List<String> notes) {

    private static final Directives NONE = new Directives(List.of(), false);

    Work {
        begin = List.copyOf(begin);
        further = List.copyOf(further);
        notes = List.copyOf(notes);
    }

    /**
     * One command.
     *
     * @param command the program and its arguments; with a shell the line alone
     * @param arguments what names can refer to
     */
    record Run(List<String> command, List<String> arguments) {}

    /** The commands: several only with {@code multirun}. */
    List<Run> runs(boolean multirun, boolean shell) {
        List<List<String>> combinations =
                multirun ? Multirun.combinations(further) : List.of(further);
        return combinations.stream().map(arguments -> run(arguments, shell)).toList();
    }

    /** What to say where {@code -m} finds no list: the one task may not be what was meant. */
    Optional<String> nothingToExpand() {
        return further.stream().anyMatch(Multirun::isList)
                ? Optional.empty()
                : Optional.of(
                        "-m: no argument behind INPUT is a list, such as lr=[0.1,0.3] or [a,b]: one task");
    }

    private Run run(List<String> arguments, boolean shell) {
        if (shell) {
            String line = isLine ? begin.getFirst() : CommandLine.join(begin);
            return new Run(
                    List.of(arguments.isEmpty() ? line : line + " " + CommandLine.join(arguments)),
                    arguments);
        }
        List<String> command = new ArrayList<>(isLine ? split(begin.getFirst()) : begin);
        if (command.isEmpty()) {
            throw Failure.usage(
                    "the command is empty",
                    "meow create \"python3 train.py\" -n train -c 1 -M 20000");
        }
        command.addAll(arguments);
        return new Run(command, command.subList(1, command.size()));
    }

    private static List<String> split(String line) {
        try {
            return CommandLine.split(line);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(
                    String.valueOf(e.getMessage()),
                    "or give the words one by one: meow create -- echo \"it's\"");
        }
    }

    /** Reads what was typed. */
    static final class Reader {
        private final List<String> words;
        private final ParseResult typed;
        private final Path here;

        /**
         * A reader.
         *
         * @param words INPUT and what follows; at least one
         * @param typed the command line that they are from
         * @param here where files are looked for
         */
        Reader(List<String> words, ParseResult typed, Path here) {
            this.words = words;
            this.typed = typed;
            this.here = here;
        }

        /**
         * Reads it.
         *
         * @param elsewhere whether it runs in another directory, from where a script has to be
         *     found
         */
        Work read(boolean elsewhere) {
            String input = words.getFirst();
            List<String> further = words.subList(1, words.size());
            boolean isLine = wordsBehindDashes() < words.size() || further.isEmpty();
            if (isLine && PythonInput.is(input, here)) {
                return new Work(List.of(input), further, false, true, NONE, List.of());
            }
            Optional<Path> file = isLine ? file(input) : Optional.empty();
            Directives directives = file.map(Directives::of).orElse(NONE);
            List<String> notes = new ArrayList<>();
            optionBehindWords().ifPresent(notes::add);
            if (file.isEmpty() || (directives.lines().isEmpty() && !input.endsWith(".sh"))) {
                return new Work(List.of(input), further, isLine, false, NONE, notes);
            }
            if (directives.foreign() && directives.lines().isEmpty()) {
                notes.add(
                        "%s has #SBATCH lines, which are not read: write them as #MEOW lines"
                                .formatted(input));
            }
            String script = elsewhere ? file.get().normalize().toString() : input;
            return new Work(List.of("bash", script), further, false, false, directives, notes);
        }

        private int wordsBehindDashes() {
            List<String> all = typed.originalArgs();
            int dashes = all.indexOf("--");
            return dashes < 0 ? 0 : all.size() - dashes - 1;
        }

        private Optional<Path> file(String input) {
            try {
                return Optional.of(here.resolve(input)).filter(Files::isRegularFile);
            } catch (InvalidPathException _) {
                // What cannot be a path is no script.
                return Optional.empty();
            }
        }

        /**
         * {@code create python train.py -n 5}: the option is taken as ours, and may have been meant
         * for the program.
         */
        private Optional<String> optionBehindWords() {
            List<String> all = typed.originalArgs();
            int dashes = all.indexOf("--");
            List<String> front = dashes < 0 ? all : all.subList(0, dashes);
            if (words.size() - wordsBehindDashes() < 2) {
                return Optional.empty();
            }
            int second = front.lastIndexOf(words.get(1));
            return front.stream()
                    .skip(second < 0 ? front.size() : second)
                    .filter(word -> word.length() > 1 && word.startsWith("-"))
                    .findFirst()
                    .map(option ->
                            "%s behind the command is read as meow's own option; the command's own options come behind --"
                                    .formatted(option));
        }
    }
}
