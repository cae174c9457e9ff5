package io.cattino.cli.filter;

import io.cattino.cli.filter.FilterException.Wrong;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Python's methods of text. */
final class Strings {

    private Strings() {}

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        String rest = text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
        return Character.toString(Character.toTitleCase(first)) + rest;
    }

    /** Calls a method of a text. */
    static Object call(String text, String method, List<@Nullable Object> arguments) {
        return switch (method) {
            case "lower" -> none(method, arguments, text.toLowerCase(Locale.ROOT));
            case "upper" -> none(method, arguments, text.toUpperCase(Locale.ROOT));
            case "capitalize" -> none(method, arguments, capitalize(text));
            case "strip" -> strip(text, method, arguments, true, true);
            case "lstrip" -> strip(text, method, arguments, true, false);
            case "rstrip" -> strip(text, method, arguments, false, true);
            case "startswith", "endswith" -> affix(text, method, arguments);
            default -> throw new Wrong("'str' object has no attribute '%s'".formatted(method));
        };
    }

    private static String none(String method, List<?> arguments, String result) {
        if (!arguments.isEmpty()) {
            throw new Wrong(
                    "str.%s() takes no arguments (%d given)".formatted(method, arguments.size()));
        }
        return result;
    }

    private static boolean affix(String text, String method, List<@Nullable Object> arguments) {
        if (arguments.size() != 1) {
            throw new FilterException.Beyond(
                    ".%s() with %d arguments".formatted(method, arguments.size()));
        }
        if (arguments.getFirst() instanceof Values.Tuple tuple) {
            boolean found = false;
            for (Object affix : tuple.elements()) {
                found |= affix(text, method, text(affix, method));
                if (found) {
                    break;
                }
            }
            return found;
        }
        return affix(text, method, text(arguments.getFirst(), method));
    }

    private static boolean affix(String text, String method, String affix) {
        return method.equals("startswith") ? text.startsWith(affix) : text.endsWith(affix);
    }

    private static String text(@Nullable Object value, String method) {
        return switch (value) {
            case String text -> text;
            case Word word -> word.text();
            case null, default ->
                    throw new Wrong(
                            "%s() takes text or a tuple of texts, not %s"
                                    .formatted(method, Values.type(value)));
        };
    }

    private static String strip(
            String text,
            String method,
            List<@Nullable Object> arguments,
            boolean left,
            boolean right) {
        if (arguments.size() > 1) {
            throw new Wrong(
                    "%s expected at most 1 argument, got %d".formatted(method, arguments.size()));
        }
        IntPredicate strips =
                arguments.isEmpty() || arguments.getFirst() == null
                        ? Strings::isSpace
                        : c -> text(arguments.getFirst(), method).indexOf(c) >= 0;
        int[] points = text.codePoints().toArray();
        int from = 0;
        int to = points.length;
        while (left && from < to && strips.test(points[from])) {
            from++;
        }
        while (right && to > from && strips.test(points[to - 1])) {
            to--;
        }
        return new String(points, from, to - from);
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }
}
