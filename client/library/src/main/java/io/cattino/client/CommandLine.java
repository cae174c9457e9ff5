package io.cattino.client;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Splits a command line into arguments as a POSIX shell does, and joins arguments to such a line.
 *
 * <p>Only quoting is understood: {@code '...'} is literal; in {@code "..."} a backslash escapes
 * {@code " \ $ `} and a line end; outside quotes it escapes any character. Nothing is expanded:
 * {@code $HOME}, {@code *}, {@code |} and {@code #} are ordinary characters.
 */
public final class CommandLine {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final String line;
    private final List<String> arguments = new ArrayList<>();
    private final StringBuilder current = new StringBuilder();
    private boolean inArgument;
    private int next;

    private CommandLine(String line) {
        this.line = line;
    }

    /**
     * The arguments of a line; none for a blank one.
     *
     * @throws IllegalArgumentException for a quote that is not closed or a backslash at the end;
     *     the message says where
     */
    public static List<String> split(String line) {
        return new CommandLine(line).read();
    }

    /** A line that {@link #split} and any POSIX shell read back to the same arguments. */
    public static String join(List<String> arguments) {
        return arguments.stream().map(CommandLine::quote).collect(Collectors.joining(" "));
    }

    /** One argument, in quotes if it needs them. */
    public static String quote(String argument) {
        return PLAIN.matcher(argument).matches()
                ? argument
                : "'" + argument.replace("'", "'\"'\"'") + "'";
    }

    private List<String> read() {
        while (next < line.length()) {
            char c = line.charAt(next++);
            switch (c) {
                case ' ', '\t', '\n', '\r' -> endArgument();
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '\\' -> escaped();
                default -> append(c);
            }
        }
        endArgument();
        return List.copyOf(arguments);
    }

    private void append(char c) {
        current.append(c);
        inArgument = true;
    }

    private void endArgument() {
        if (inArgument) {
            arguments.add(current.toString());
            current.setLength(0);
            inArgument = false;
        }
    }

    private void singleQuoted() {
        int start = next;
        int end = line.indexOf('\'', start);
        if (end < 0) {
            throw unclosed('\'', start);
        }
        current.append(line, start, end);
        inArgument = true;
        next = end + 1;
    }

    private void doubleQuoted() {
        int start = next;
        inArgument = true;
        while (next < line.length()) {
            char c = line.charAt(next++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && next < line.length() && "\"\\$`\n".indexOf(line.charAt(next)) >= 0) {
                c = line.charAt(next++);
                if (c == '\n') {
                    continue;
                }
            }
            current.append(c);
        }
        throw unclosed('"', start);
    }

    private void escaped() {
        if (next == line.length()) {
            throw new IllegalArgumentException(
                    "nothing follows the backslash at the end of: %s; double it to mean a backslash"
                            .formatted(line));
        }
        char c = line.charAt(next++);
        if (c != '\n') {
            append(c);
        }
    }

    private IllegalArgumentException unclosed(char quote, int column) {
        return new IllegalArgumentException(
                "the quote %s at column %d is never closed in: %s".formatted(quote, column, line));
    }
}
