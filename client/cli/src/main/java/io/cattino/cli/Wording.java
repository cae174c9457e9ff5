package io.cattino.cli;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

/** Says in our own words what the parser of command lines has to say in its. */
final class Wording {

    private static final Pattern NOT_A_NUMBER =
            Pattern.compile(".*'(?<value>[^']*)' is not an? (?:int|long|double|float).*");
    private static final Pattern NO_VALUE_TAKEN = Pattern.compile(".* is not a boolean.*");

    private Wording() {}

    /** What is wrong, and what to do. */
    static Failure of(ParameterException mistake, String... next) {
        return Failure.usage(what(mistake), next);
    }

    private static String what(ParameterException mistake) {
        String said = String.valueOf(mistake.getMessage()).lines().findFirst().orElse("");
        ArgSpec argument = mistake.getArgSpec();
        if (mistake instanceof OverwrittenOptionException twice) {
            return "%s is given twice".formatted(name(twice.getOverwritten()));
        }
        if (mistake instanceof MissingParameterException missing) {
            return missing(missing);
        }
        Matcher number = NOT_A_NUMBER.matcher(said);
        if (number.matches() && argument != null) {
            return "%s is a whole number, not '%s'"
                    .formatted(name(argument), number.group("value"));
        }
        return argument != null && NO_VALUE_TAKEN.matcher(said).matches()
                ? name(argument) + " takes no value"
                : small(said);
    }

    private static String missing(MissingParameterException mistake) {
        List<String> labels = new ArrayList<>();
        for (ArgSpec argument : mistake.getMissing()) {
            if (argument instanceof OptionSpec option) {
                return "%s wants a value: %s".formatted(name(option), option.paramLabel());
            }
            labels.add(argument.paramLabel());
        }
        return labels.isEmpty()
                ? small(String.valueOf(mistake.getMessage()))
                : "%s %s missing"
                        .formatted(String.join(" and ", labels), labels.size() == 1 ? "is" : "are");
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    /** Like all our messages, without a capital and a full stop. */
    private static String small(String text) {
        String plain = Text.oneLine(text).replaceAll("\\.$", "");
        return plain.isEmpty()
                ? plain
                : plain.substring(0, 1).toLowerCase(Locale.ROOT) + plain.substring(1);
    }

    /** A command line that is wrong as a whole. */
    static String help(CommandLine where) {
        return "all options: %s --help".formatted(where.getCommandSpec().qualifiedName());
    }
}
