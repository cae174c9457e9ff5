package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import java.util.ArrayList;
import java.util.List;

/**
 * Expands list arguments: {@code [a,b]} and {@code key=[a,b]} stand for one of their elements each,
 * and the combinations are those of Python's {@code itertools.product}: the last list varies
 * fastest. Commas inside quotes, parentheses, braces and brackets do not separate. An element that
 * is in quotes as a whole loses them.
 */
final class Multirun {

    /** As many tasks as one submission takes. */
    private static final int MOST = 100_000;

    private static final String OPENING = "([{";
    private static final String CLOSING = ")]}";

    private Multirun() {}

    /** Every combination of the arguments; one, the arguments themselves, if none is a list. */
    static List<List<String>> combinations(List<String> arguments) {
        List<List<String>> alternatives = arguments.stream().map(Multirun::alternatives).toList();
        checkSize(alternatives);
        List<List<String>> combinations = List.of(List.of());
        for (List<String> choice : alternatives) {
            List<List<String>> longer = new ArrayList<>(combinations.size() * choice.size());
            for (List<String> begun : combinations) {
                for (String argument : choice) {
                    List<String> combination = new ArrayList<>(begun);
                    combination.add(argument);
                    longer.add(combination);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    /** Whether an argument is a list. */
    static boolean isList(String argument) {
        String value = argument.substring(argument.indexOf('=') + 1);
        return value.length() >= 2 && value.startsWith("[") && value.endsWith("]");
    }

    private static void checkSize(List<List<String>> alternatives) {
        long size = 1;
        for (List<String> choice : alternatives) {
            size *= choice.size();
            if (size > MOST) {
                throw Failure.usage(
                        "-m would make more than %,d tasks".formatted(MOST),
                        "split it: several times meow create -m ... with a part of a list each");
            }
        }
    }

    private static List<String> alternatives(String argument) {
        if (!isList(argument)) {
            return List.of(argument);
        }
        int value = argument.indexOf('=') + 1;
        List<String> elements = elements(argument.substring(value + 1, argument.length() - 1));
        if (elements.isEmpty()) {
            throw Failure.usage(
                    "-m: the list '%s' is empty".formatted(argument),
                    "leave the argument out, or put values into it: %s[1,2]"
                            .formatted(argument.substring(0, value)));
        }
        return elements.stream().map(element -> argument.substring(0, value) + element).toList();
    }

    /** The elements between the brackets; nothing follows a comma at the end. */
    private static List<String> elements(String list) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        char quote = 0;
        int depth = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (OPENING.indexOf(c) >= 0) {
                depth++;
            } else if (CLOSING.indexOf(c) >= 0) {
                depth--;
            } else if (c == ',' && depth == 0) {
                elements.add(plain(element));
                element.setLength(0);
                continue;
            }
            element.append(c);
        }
        if (quote != 0 || depth != 0) {
            throw Failure.usage(
                    "-m: %s in the list [%s]"
                            .formatted(
                                    quote != 0
                                            ? "the quote %c is never closed".formatted(quote)
                                            : "the brackets do not match",
                                    list));
        }
        if (!element.isEmpty()) {
            elements.add(plain(element));
        }
        return elements;
    }

    private static String plain(CharSequence element) {
        String text = element.toString().strip();
        char first = text.isEmpty() ? ' ' : text.charAt(0);
        boolean quoted =
                (first == '\'' || first == '"')
                        && text.length() >= 2
                        && text.indexOf(first, 1) == text.length() - 1;
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
