package io.cattino.cli.follow;

import io.cattino.cli.output.Widths;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text of a task, fit for a terminal. Anybody's program wrote it, so of all control sequences only
 * colours go through: none that sets the title or the clipboard, asks the terminal something that
 * it would answer into the shell, or moves the cursor over what meow itself says.
 */
final class SafeText {

    private static final Pattern CONTROL =
            Pattern.compile(
                    // Colours.
                    "(?<colour>\\x1b\\[[0-9;:]*m)"
                            // Other sequences with parameters.
                            + "|(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?"
                            // Strings for the terminal itself, up to their end or that of the line.
                            + "|(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)?"
                            // Short sequences.
                            + "|\\x1b[ -/]*[0-~]?"
                            // All but tab, backspace and carriage return.
                            + "|[\\x00-\\x07\\x0a-\\x0c\\x0e-\\x1f\\x7f-\\x9f]");

    private static final String RESET = "\u001b[0m";

    private SafeText() {}

    /**
     * A line.
     *
     * @param colours whether those of the text stay
     */
    static String of(byte[] line, boolean colours) {
        String text = new String(line, StandardCharsets.UTF_8);
        if (text.chars().noneMatch(SafeText::isControl)) {
            return text;
        }
        boolean[] coloured = {false};
        String safe =
                CONTROL.matcher(text)
                        .replaceAll(found -> {
                            String colour = colours ? colour(found) : "";
                            coloured[0] |= !colour.isEmpty();
                            return Matcher.quoteReplacement(colour);
                        });
        return coloured[0] && !safe.endsWith(RESET) ? safe + RESET : safe;
    }

    private static boolean isControl(int c) {
        return c < ' ' ? c != '\t' : c >= 0x7F && c <= 0x9F;
    }

    private static String colour(MatchResult found) {
        String colour = found.group("colour");
        return colour == null ? "" : colour;
    }

    /** The text behind its last carriage return: what a terminal would still show of it. */
    static String last(String text) {
        String line = text.stripTrailing();
        return line.substring(line.lastIndexOf('\r') + 1);
    }

    /** So much of a line that it takes less than {@code columns}; colours take none. */
    static String cut(String text, int columns) {
        String line = last(text).replace("\t", "    ").replace("\b", "");
        if (!line.contains("\u001b")) {
            return Widths.cut(line, columns - 1);
        }
        StringBuilder cut = new StringBuilder();
        int room = columns - 1;
        Matcher colours = CONTROL.matcher(line);
        int from = 0;
        while (colours.find()) {
            room = append(cut, line.substring(from, colours.start()), room);
            cut.append(colours.group());
            from = colours.end();
        }
        append(cut, line.substring(from), room);
        return cut.toString();
    }

    private static int append(StringBuilder cut, String plain, int room) {
        if (room > 0) {
            cut.append(Widths.cut(plain, room));
        }
        return room - Widths.of(plain);
    }
}
