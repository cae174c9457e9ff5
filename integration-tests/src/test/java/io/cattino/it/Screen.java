package io.cattino.it;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a terminal of so many columns shows after it was sent some text: lines that were drawn over
 * show what was drawn last. It has as many rows as it needs, and fails for a sequence that it does
 * not know.
 */
final class Screen {
    private static final char ESCAPE = '\033';
    private static final Pattern CONTROL = Pattern.compile("\033\\[([?\\d;]*)([@-~])");
    private static final Pattern TITLE = Pattern.compile("\033\\].*?(?:\007|\033\\\\)");

    /** Where the wide characters are. */
    private record Range(int from, int to) {}

    private static final List<Range> WIDE =
            List.of(
                    new Range(0x1100, 0x115F),
                    new Range(0x2E80, 0xA4CF),
                    new Range(0xAC00, 0xD7A3),
                    new Range(0xF900, 0xFAFF),
                    new Range(0xFF00, 0xFF60),
                    new Range(0x1F300, 0x1FAFF));

    /** A column; the second one of a wide character holds nothing. */
    private record Cell(String text, String style) {
        private static final Cell BLANK = new Cell(" ", "");
    }

    /**
     * A line of text.
     *
     * @param wrapped whether it did not fit the width and goes on in the next row
     */
    record Line(String text, boolean wrapped) {}

    private final int columns;
    private final List<NavigableMap<Integer, Cell>> rows = new ArrayList<>();
    private final List<Boolean> continued = new ArrayList<>();
    private int row;
    private int column;
    private String style = "";

    private Screen(int columns) {
        this.columns = columns;
    }

    /** The screen after that text. */
    static Screen after(String sent, int columns) {
        Screen screen = new Screen(columns);
        int at = 0;
        while (at < sent.length()) {
            at = screen.take(sent, at);
        }
        return screen;
    }

    private int take(String sent, int at) {
        char next = sent.charAt(at);
        switch (next) {
            case '\r' -> column = 0;
            case '\n' -> row++;
            case '\b' -> column = Math.max(0, column - 1);
            case '\t' -> column = Math.min(columns - 1, (column / 8 + 1) * 8);
            case '\007' -> {
                // A bell shows nothing.
            }
            case ESCAPE -> {
                return escape(sent, at);
            }
            default -> {
                int codePoint = sent.codePointAt(at);
                print(codePoint);
                return at + Character.charCount(codePoint);
            }
        }
        return at + 1;
    }

    private void print(int codePoint) {
        int width = isWide(codePoint) ? 2 : 1;
        if (column + width > columns) {
            continued(row, true);
            row++;
            column = 0;
        }
        cells(row).put(column, new Cell(Character.toString(codePoint), style));
        if (width == 2) {
            cells(row).put(column + 1, new Cell("", style));
        }
        column += width;
    }

    /** The scripts that the tests use, and full-width signs. */
    private static boolean isWide(int codePoint) {
        return WIDE.stream()
                .anyMatch(range -> codePoint >= range.from() && codePoint <= range.to());
    }

    private int escape(String sent, int at) {
        Matcher title = TITLE.matcher(sent).region(at, sent.length());
        if (title.lookingAt()) {
            return title.end();
        }
        Matcher control = CONTROL.matcher(sent).region(at, sent.length());
        if (!control.lookingAt()) {
            throw new AssertionError("an unknown escape sequence: " + visible(sent, at));
        }
        control(control.group(1), control.group(2).charAt(0), visible(sent, at));
        return control.end();
    }

    private static String visible(String sent, int at) {
        return sent.substring(at, Math.min(sent.length(), at + 12)).replace(ESCAPE, '␛');
    }

    private void control(String parameters, char verb, String sequence) {
        switch (verb) {
            case 'm' -> style = parameters.equals("0") ? "" : parameters;
            case 'K' -> eraseLine(parameters, sequence);
            case 'J' -> eraseBelow(parameters, sequence);
            case 'A' -> row = Math.max(0, row - count(parameters));
            case 'B' -> row += count(parameters);
            case 'C' -> column = Math.min(columns - 1, column + count(parameters));
            case 'D' -> column = Math.max(0, column - count(parameters));
            case 'G' -> column = count(parameters) - 1;
            case 'h', 'l' -> {
                // Modes, such as whether the cursor shows, do not change the text.
            }
            default -> throw new AssertionError("an unknown control sequence: " + sequence);
        }
    }

    private static int count(String parameters) {
        return parameters.isEmpty() ? 1 : Math.max(1, Integer.parseInt(parameters));
    }

    private void eraseLine(String what, String sequence) {
        switch (what) {
            case "", "0" -> cells(row).tailMap(column, true).clear();
            case "2" -> cells(row).clear();
            default -> throw new AssertionError("an unknown control sequence: " + sequence);
        }
    }

    private void eraseBelow(String what, String sequence) {
        if (!what.isEmpty() && !what.equals("0")) {
            throw new AssertionError("an unknown control sequence: " + sequence);
        }
        eraseLine("", sequence);
        for (int below = row + 1; below < rows.size(); below++) {
            cells(below).clear();
        }
    }

    private NavigableMap<Integer, Cell> cells(int of) {
        while (rows.size() <= of) {
            rows.add(new TreeMap<>());
            continued.add(false);
        }
        return rows.get(of);
    }

    private void continued(int of, boolean is) {
        cells(of);
        continued.set(of, is);
    }

    /** The lines, without blanks at their ends and without empty ones at the end. */
    List<Line> lines() {
        return lines(false);
    }

    /** The same with {@code ‹31›} where a style begins and {@code ‹›} where it ends. */
    List<Line> paintedLines() {
        return lines(true);
    }

    private List<Line> lines(boolean painted) {
        List<Line> lines = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        boolean wrapped = false;
        for (int of = 0; of < rows.size(); of++) {
            text.append(text(rows.get(of), painted));
            if (continued.get(of)) {
                wrapped = true;
            } else {
                lines.add(new Line(text.toString().stripTrailing(), wrapped));
                text.setLength(0);
                wrapped = false;
            }
        }
        while (!lines.isEmpty() && lines.getLast().text().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }

    private static String text(NavigableMap<Integer, Cell> cells, boolean painted) {
        StringBuilder text = new StringBuilder();
        String before = "";
        int end = cells.isEmpty() ? 0 : cells.lastKey() + 1;
        for (int at = 0; at < end; at++) {
            Cell cell = cells.getOrDefault(at, Cell.BLANK);
            if (painted && !cell.style().equals(before)) {
                text.append('‹').append(cell.style()).append('›');
                before = cell.style();
            }
            text.append(cell.text());
        }
        return text.append(before.isEmpty() ? "" : "‹›").toString();
    }

    /** The text of one row by columns: a wide character is followed by a filler. */
    static String byColumns(String line) {
        StringBuilder text = new StringBuilder();
        line.codePoints()
                .forEach(codePoint -> {
                    text.append(Character.charCount(codePoint) == 1 ? (char) codePoint : '█');
                    if (isWide(codePoint)) {
                        text.append('█');
                    }
                });
        return text.toString();
    }

    @Override
    public String toString() {
        return String.join("\n", lines().stream().map(Line::text).toList());
    }
}
