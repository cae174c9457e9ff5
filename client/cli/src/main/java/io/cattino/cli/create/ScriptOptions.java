package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Gives a command the options that its script asks for. What the command line says wins; what may
 * be repeated adds up, the script's first.
 */
final class ScriptOptions {

    private final String file;
    private final Directives directives;

    ScriptOptions(String file, Directives directives) {
        this.file = file;
        this.directives = directives;
    }

    /**
     * Sets the options that the command line left out.
     *
     * @param command what the command line was read into
     * @param typed what was on the command line
     * @param scratch another command of the same kind, to be read into
     */
    void apply(CommandSpec command, ParseResult typed, CreateCommand scratch) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(scratch);
        scratch.declare(new Syntax(spec));
        CommandLine reader = new CommandLine(spec).setExpandAtFiles(false);
        List<String> all = new ArrayList<>();
        for (Directives.Line line : directives.lines()) {
            // Each line alone, so that a mistake has a number; and all of them, for repetitions.
            var _ = read(reader, scratch, line.words(), line.number());
            all.addAll(line.words());
            var _ = read(reader, scratch, all, line.number());
        }
        for (OptionSpec asked : reader.getParseResult().matchedOptions()) {
            OptionSpec option = command.findOption(asked.longestName());
            if (option.isMultiValue()) {
                option.setValue(joined(asked.getValue(), option.getValue()));
            } else if (!typed.hasMatchedOption(option)) {
                option.setValue(asked.getValue());
            }
        }
    }

    private ParseResult read(
            CommandLine reader, CreateCommand scratch, List<String> words, int number) {
        try {
            ParseResult result = reader.parseArgs(words.toArray(String[]::new));
            if (!result.matchedPositionals().isEmpty()) {
                throw mistake(
                        number,
                        "'%s' is no option; only options can stand here"
                                .formatted(
                                        result.matchedPositionals()
                                                .getFirst()
                                                .originalStringValues()
                                                .getFirst()));
            }
            return result;
        } catch (UnmatchedArgumentException e) {
            throw unknown(reader, scratch, e.getUnmatched().getFirst(), number);
        } catch (ParameterException e) {
            throw mistake(number, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Failure unknown(CommandLine reader, CreateCommand scratch, String word, int number) {
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        if (scratch.laterOptions().contains(name)) {
            return mistake(number, "the option %s is not supported yet".formatted(name));
        }
        List<String> known =
                reader.getCommandSpec().options().stream()
                        .flatMap(option -> List.of(option.names()).stream())
                        .toList();
        return mistake(
                number,
                "unknown option '%s'".formatted(name),
                name.startsWith("--")
                        ? Text.nearest(name, known).map("did you mean: %s ?"::formatted).orElse("")
                        : "");
    }

    private Failure mistake(int number, String what, String... next) {
        return Failure.usage("%s, line %d (#MEOW): %s".formatted(file, number, what), next);
    }

    private static List<Object> joined(Collection<?> first, @Nullable Collection<?> second) {
        List<Object> all = new ArrayList<>(first);
        if (second != null) {
            all.addAll(second);
        }
        return all;
    }
}
