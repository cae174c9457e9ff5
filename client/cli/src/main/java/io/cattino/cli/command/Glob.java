package io.cattino.cli.command;

import io.cattino.cli.output.Failure;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for fullnames as shells write them for files: {@code *} and {@code ?} stay within one
 * name, {@code **} goes on into groups, {@code [ab]} and {@code [!ab]} are sets. A group that
 * matches stands for all its tasks.
 */
final class Glob {

    private final Pattern pattern;

    /** The pattern of that text. */
    Glob(String text) {
        try {
            this.pattern = Pattern.compile(regex(text));
        } catch (PatternSyntaxException _) {
            throw Failure.usage(
                    "'%s' is no pattern: a set has its ] and is not empty".formatted(text));
        }
    }

    /** Whether a text is meant as a pattern: names never hold these characters. */
    static boolean isGlob(String text) {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    /** Whether it matches a task, or a group that the task lies in. */
    boolean matches(String fullname) {
        for (int end = fullname.length(); end > 0; end = fullname.lastIndexOf('/', end - 1)) {
            if (pattern.matcher(fullname.substring(0, end)).matches()) {
                return true;
            }
        }
        return false;
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int close = c == '[' ? glob.indexOf(']', i + 2) : -1;
            if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (close > 0) {
                regex.append(set(glob.substring(i + 1, close)));
                i = close;
            } else {
                regex.append(c == '[' ? "[" : Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    private static String set(String members) {
        boolean not = members.startsWith("!") || members.startsWith("^");
        String escaped = members.substring(not ? 1 : 0).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
        return (not ? "(?!/)[^" : "(?!/)[") + escaped + "]";
    }
}
