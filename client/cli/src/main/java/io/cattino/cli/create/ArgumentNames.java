package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts a command's arguments into names: {@code ${arg.lr}} or {@code ${cattino.arg.lr}} is what the
 * command is given as {@code lr=V}, {@code --lr=V} or {@code --lr V}. {@code $$} before a brace is
 * a literal {@code $}.
 */
final class ArgumentNames {

    private static final Pattern MAGIC = Pattern.compile("\\$(\\$?)\\{([^{}]*)\\}");
    private static final Pattern ARGUMENT = Pattern.compile("(?:cattino\\.)?arg\\.(.+)");
    private static final Pattern NEGATIVE = Pattern.compile("-[\\d.].*");

    private ArgumentNames() {}

    /** Whether a name depends on arguments. */
    static boolean isMagic(String name) {
        return MAGIC.matcher(name).results().anyMatch(found -> found.group(1).isEmpty());
    }

    /** The name for a command with these arguments. */
    static String resolve(String name, List<String> arguments) {
        Map<String, String> values = values(arguments);
        return MAGIC.matcher(name)
                .replaceAll(found -> {
                    String expression = found.group(2);
                    return Matcher.quoteReplacement(
                            found.group(1).isEmpty()
                                    ? value(expression, values)
                                    : "${" + expression + "}");
                });
    }

    private static String value(String expression, Map<String, String> values) {
        Matcher argument = ARGUMENT.matcher(expression);
        if (!argument.matches()) {
            throw Failure.usage(
                    "a name cannot hold ${%s}".formatted(expression),
                    "only arguments are known yet: -n 'run-${arg.lr}'");
        }
        String key = argument.group(1);
        String value = values.get(key);
        if (value == null) {
            throw Failure.usage(
                    "the name asks for ${%s}, and the command has no argument '%s'"
                            .formatted(expression, key),
                    Text.nearest(key, values.keySet())
                            .map("did you mean: ${arg.%s} ?"::formatted)
                            .orElse(
                                    values.isEmpty()
                                            ? "it reads %s=V, --%s=V and --%s V"
                                                    .formatted(key, key, key)
                                            : "there are: " + String.join(", ", values.keySet())));
        }
        return value;
    }

    /** The last one wins, as in most programs. */
    private static Map<String, String> values(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            String key = argument.replaceFirst("^--?", "");
            int equals = key.indexOf('=');
            if (equals > 0) {
                values.put(key.substring(0, equals), key.substring(equals + 1));
            } else if (isOption(argument)
                    && i + 1 < arguments.size()
                    && !isOption(arguments.get(i + 1))) {
                values.put(key, arguments.get(i + 1));
            }
        }
        return values;
    }

    private static boolean isOption(String argument) {
        return argument.startsWith("-")
                && argument.length() > 1
                && !NEGATIVE.matcher(argument).matches();
    }
}
