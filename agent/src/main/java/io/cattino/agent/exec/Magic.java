package io.cattino.agent.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Magic strings: <code>${name}</code> in an argument stands for a value that is known only when the
 * task starts.
 *
 * <p>What nobody knows stays as it stands (a shell's own <code>${x}</code>, or an expression for
 * the Python package); <code>$${</code> is a literal <code>${</code>. Values are resolved again
 * until nothing changes, at most {@value #PASSES} times. Pure.
 */
final class Magic {

    /** Possessive throughout: what backtracks recurses, and a long argument overflows the stack. */
    private static final Pattern EXPRESSION =
            Pattern.compile("\\$\\{([^{}]*+(?:\\{[^{}]*+\\}[^{}]*+)*+)\\}");

    private static final int PASSES = 32;
    private static final int LONGEST = 128 * 1024;

    /** An expression was split into no more arguments than that; to look further is quadratic. */
    private static final int MOST_PARTS = 1_000;

    /** Stands for a literal opening while the rest is resolved; no argument can hold it. */
    private static final String LITERAL = "\0";

    private Magic() {}

    /**
     * Resolves each argument by itself, after joining those that an expression with spaces was
     * split into.
     */
    static List<String> resolve(List<String> arguments, Map<String, String> values) {
        return join(arguments).stream().map(argument -> resolve(argument, values)).toList();
    }

    /** Resolves one string. */
    static String resolve(String text, Map<String, String> values) {
        if (!text.contains("${") || text.contains(LITERAL)) {
            return text;
        }
        String current = text.replace("$${", LITERAL);
        for (int pass = 0; pass < PASSES; pass++) {
            String next =
                    EXPRESSION
                            .matcher(current)
                            .replaceAll(match -> Matcher.quoteReplacement(value(match, values)));
            if (next.equals(current) || next.length() > LONGEST) {
                break;
            }
            current = next;
        }
        return current.replace(LITERAL, "${");
    }

    private static String value(java.util.regex.MatchResult match, Map<String, String> values) {
        return values.getOrDefault(match.group(1), match.group());
    }

    /** Joins an argument with an unclosed opening and the following ones up to its end. */
    static List<String> join(List<String> arguments) {
        List<String> joined = new ArrayList<>();
        int at = 0;
        while (at < arguments.size()) {
            int end = endOfExpression(arguments, at);
            joined.add(String.join(" ", arguments.subList(at, end)));
            at = end;
        }
        return joined;
    }

    /** The index after the last argument that belongs to the expression opened in that one. */
    private static int endOfExpression(List<String> arguments, int first) {
        int depth = 0;
        int most = Math.min(arguments.size(), first + MOST_PARTS);
        for (int i = first; i < most; i++) {
            depth = depthAfter(arguments.get(i), depth);
            if (depth == 0) {
                return i + 1;
            }
        }
        return first + 1; // never closed: not meant as one
    }

    private static int depthAfter(String argument, int before) {
        int depth = before;
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (argument.startsWith("$${", i)) {
                i += 2;
            } else if (argument.startsWith("${", i)) {
                depth++;
                i++;
            } else if (c == '{' && depth > 0) {
                depth++;
            } else if (c == '}' && depth > 0) {
                depth--;
            }
        }
        return depth;
    }
}
