package io.cattino.coordinator.core.model;

import java.util.Arrays;

/**
 * Whether a text is spelled as a pattern says: {@code *} stands for any characters, {@code ?} for
 * one, and of names of nodes {@code [1-4,07]} for numbers. The time it takes grows with the lengths
 * of both, whatever the pattern. Stateless.
 */
public final class Spelling {
    /** Digits of a number in brackets, at most. */
    private static final int MOST_DIGITS = 9;

    private Spelling() {}

    /** A whole text. */
    public static boolean matches(String pattern, String text) {
        return isPlain(pattern) ? pattern.equals(text) : whole(pattern, text, false, false);
    }

    /** A whole text, in whatever case. */
    public static boolean matchesAnyCase(String pattern, String text) {
        return isPlain(pattern)
                ? pattern.equalsIgnoreCase(text)
                : whole(pattern, text, true, false);
    }

    /** The name of a node, with numbers in brackets as Slurm writes them. */
    public static boolean matchesHost(String pattern, String name) {
        boolean plain = isPlain(pattern) && pattern.indexOf('[') < 0;
        return plain ? pattern.equals(name) : whole(pattern, name, false, true);
    }

    /**
     * A text, or some whole words of it that follow each other, in whatever case: {@code A100} and
     * {@code a100-sxm4*} are in {@code NVIDIA A100-SXM4-80GB}, {@code A10} is not.
     */
    public static boolean matchesWords(String pattern, String text) {
        if (isPlain(pattern)) {
            for (int i = 0; i + pattern.length() <= text.length(); i++) {
                if (text.regionMatches(true, i, pattern, 0, pattern.length())
                        && isEdge(text, i)
                        && isEdge(text, i + pattern.length())) {
                    return true;
                }
            }
            return false;
        }
        boolean[] begin = new boolean[text.length() + 1];
        for (int i = 0; i <= text.length(); i++) {
            begin[i] = isEdge(text, i);
        }
        boolean[] end = walk(pattern, text, begin, true, false);
        for (int i = 0; i <= text.length(); i++) {
            if (end[i] && isEdge(text, i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a word can begin or end there. */
    private static boolean isEdge(String text, int at) {
        return at == 0
                || at == text.length()
                || !Character.isLetterOrDigit(text.charAt(at - 1))
                || !Character.isLetterOrDigit(text.charAt(at));
    }

    /** What is wrong with a pattern for names of nodes, for people; empty: nothing. */
    public static String wrongHost(String pattern) {
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            if (c == '[') {
                int end = pattern.indexOf(']', i);
                if (end < 0) {
                    return "has a '[' without ']'";
                }
                for (String part : pattern.substring(i + 1, end).split(",", -1)) {
                    if (!isRange(part)) {
                        return "has '" + part + "' in brackets, which is no number and no range";
                    }
                }
                i = end;
            } else if (!isHostCharacter(c)) {
                return "has '" + c + "', which no name of a node has";
            }
            i++;
        }
        return pattern.isEmpty() ? "is empty" : "";
    }

    private static boolean isHostCharacter(char c) {
        return isDigit(c)
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || ".-_*?".indexOf(c) >= 0;
    }

    private static boolean isRange(String part) {
        int dash = part.indexOf('-');
        return dash < 0
                ? isNumber(part)
                : isNumber(part.substring(0, dash))
                        && isNumber(part.substring(dash + 1))
                        && number(part.substring(0, dash)) <= number(part.substring(dash + 1));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= MOST_DIGITS
                && text.chars().allMatch(c -> isDigit((char) c));
    }

    private static boolean isPlain(String pattern) {
        return pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0;
    }

    private static boolean whole(String pattern, String text, boolean anyCase, boolean numbers) {
        boolean[] begin = new boolean[text.length() + 1];
        begin[0] = true;
        return walk(pattern, text, begin, anyCase, numbers)[text.length()];
    }

    /**
     * Follows all ways through the pattern at once.
     *
     * @param begin where in the text the pattern may begin
     * @return where it may have ended
     */
    private static boolean[] walk(
            String pattern, String text, boolean[] begin, boolean anyCase, boolean numbers) {
        boolean[] at = begin;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean[] next = new boolean[at.length];
            int end = numbers && c == '[' ? pattern.indexOf(']', i) : -1;
            if (c == '*') {
                boolean reached = false;
                for (int j = 0; j < at.length; j++) {
                    reached |= at[j];
                    next[j] = reached;
                }
            } else if (end >= 0) {
                numbers(pattern.substring(i + 1, end), text, at, next);
                i = end;
            } else {
                for (int j = 0; j < text.length(); j++) {
                    next[j + 1] = at[j] && (c == '?' || same(c, text.charAt(j), anyCase));
                }
            }
            at = next;
        }
        return at;
    }

    private static void numbers(String list, String text, boolean[] at, boolean[] next) {
        String[] parts = list.split(",", -1);
        for (int from = 0; from < text.length(); from++) {
            for (int to = from + 1;
                    at[from]
                            && to <= Math.min(text.length(), from + MOST_DIGITS)
                            && isDigit(text.charAt(to - 1));
                    to++) {
                String number = text.substring(from, to);
                next[to] |= Arrays.stream(parts).anyMatch(part -> isIn(part, number));
            }
        }
    }

    /** Numbers of a range have as many digits as its first one, at least: {@code 08-12}. */
    private static boolean isIn(String part, String digits) {
        int dash = part.indexOf('-');
        if (dash < 0 || !isRange(part)) {
            return part.equals(digits);
        }
        long value = number(digits);
        boolean padded = digits.length() > dash && digits.charAt(0) == '0';
        return digits.length() >= dash
                && !padded
                && value >= number(part.substring(0, dash))
                && value <= number(part.substring(dash + 1));
    }

    private static long number(String digits) {
        return Long.parseLong(digits);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean same(char a, char b, boolean anyCase) {
        return a == b || (anyCase && Character.toLowerCase(a) == Character.toLowerCase(b));
    }
}
