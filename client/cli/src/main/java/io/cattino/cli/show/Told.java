package io.cattino.cli.show;

import io.cattino.cli.output.Look;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Widths;
import java.util.ArrayList;
import java.util.List;

/** Labels and values, line by line. */
final class Told {

    private static final int LABEL = 13;
    private static final int NARROWEST = 30;

    private final List<Line> lines = new ArrayList<>();

    /**
     * A line.
     *
     * @param whole whether it is to be copied, and therefore never broken
     */
    private record Line(String label, String value, boolean whole) {}

    /** A text that may be broken between words; nothing if it is empty. */
    void add(String label, String value) {
        line(label, value, false);
    }

    /** A text that people copy. */
    void whole(String label, String value) {
        line(label, value, true);
    }

    /** A text without a label of its own. */
    void more(String value) {
        line("", value, false);
    }

    private void line(String label, String value, boolean whole) {
        if (!value.isEmpty()) {
            lines.add(new Line(label, Text.oneLine(value), whole));
        }
    }

    /** Label and value of each; the label is repeated where there is none. */
    List<List<String>> plain() {
        List<List<String>> plain = new ArrayList<>();
        String label = "";
        for (Line line : lines) {
            label = line.label().isEmpty() ? label : line.label();
            plain.add(List.of(label, line.value().strip()));
        }
        return plain;
    }

    /** In two columns. */
    List<String> people(Look look) {
        List<String> shown = new ArrayList<>();
        int room = Math.max(NARROWEST, look.width() - LABEL);
        for (Line line : lines) {
            String label = line.label().isEmpty() ? "" : line.label() + ":";
            for (String part : line.whole() ? List.of(line.value()) : broken(line.value(), room)) {
                shown.add((Widths.pad(label, LABEL) + part).stripTrailing());
                label = "";
            }
        }
        return shown;
    }

    /** Broken between words, going on below where the text begins. */
    private static List<String> broken(String text, int room) {
        String indent = text.substring(0, text.length() - text.stripLeading().length());
        List<String> parts = new ArrayList<>();
        String rest = text;
        while (Widths.of(rest) > room) {
            int end = lastBlank(rest, room, indent.length());
            if (end < 0) {
                break;
            }
            parts.add(rest.substring(0, end).stripTrailing());
            rest = indent + rest.substring(end).strip();
        }
        parts.add(rest);
        return parts;
    }

    private static int lastBlank(String text, int room, int from) {
        int found = -1;
        for (int at = text.indexOf(' ', from); at >= 0; at = text.indexOf(' ', at + 1)) {
            if (Widths.of(text.substring(0, at).stripTrailing()) > room) {
                break;
            }
            found = at > from ? at : found;
        }
        return found;
    }
}
