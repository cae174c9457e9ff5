package io.cattino.cli.follow;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one log into lines, and of each progress bar keeps only the last state. It
 * knows what tqdm does: a bar is drawn again after a carriage return, several bars stand below each
 * other and are reached by line feeds and "cursor up", and blanks wipe a bar away. All other bytes
 * pass as they are, however they are cut into pieces. One thread.
 */
final class LogLines {

    /** A line that never ends is passed on in parts of this size. */
    private static final int LONGEST = 64 * 1024;

    /** Bars below each other; more than this is no progress, but a picture. */
    private static final int MOST_ROWS = 64;

    private static final int ESCAPE = 0x1B;

    /** No terminal has longer ones. */
    private static final int LONGEST_SEQUENCE = 256;

    /** No bar is longer: only so much of a line is looked at. */
    private static final int LONGEST_BAR = 4096;

    /**
     * {@code 41%|████▏ | 412/1000}, or without a total {@code 412it [05:12, }. Never tries twice
     * what did not fit: a line may be one number of thousands of digits.
     */
    private static final Pattern BAR =
            Pattern.compile(
                    "(?<!\\d)\\d++%\\|.*\\| *+[\\d.]++\\w?/[\\d.]+|\\b\\d\\w*+ \\[\\d++:\\d\\d(:\\d\\d)?, ");

    private final Receiver receiver;
    private final List<Row> rows = new ArrayList<>(List.of(new Row()));
    private final ByteArrayOutputStream sequence = new ByteArrayOutputStream();
    private int cursor;

    LogLines(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Takes lines. */
    interface Receiver {

        /**
         * A line without its line feed.
         *
         * @param ended whether a line feed followed; else the line goes on, or the log has ended
         */
        void line(byte[] text, boolean ended);
    }

    /** The next bytes. */
    void write(byte[] data) {
        for (byte b : data) {
            if (sequence.size() > 0 && continues(b)) {
                continue;
            }
            switch (b) {
                case ESCAPE -> sequence.write(b);
                case '\r' -> row().restart();
                case '\n' -> newLine();
                default -> text(b);
            }
        }
    }

    /** Passes on what there is of a line that is not complete, unless a bar may come of it. */
    void passPart() {
        Row row = row();
        if (rows.size() == 1 && row.isPlain() && sequence.size() == 0) {
            byte[] part = row.takePart();
            if (part.length > 0) {
                receiver.line(part, false);
            }
        }
    }

    /** No more bytes come. */
    void end() {
        sequenceIsText();
        rows.forEach(Row::close);
        while (rows.size() > 1 && rows.getLast().isEmpty()) {
            rows.removeLast();
        }
        boolean lineFeed = cursor >= rows.size();
        cursor = rows.size() - 1;
        passAbove();
        Row last = rows.removeFirst();
        if (!last.isEmpty()) {
            receiver.line(last.content(), lineFeed);
        }
        rows.add(new Row());
        cursor = 0;
    }

    /** What stands below the last complete line, top first. */
    List<byte[]> pending() {
        List<byte[]> pending = new ArrayList<>(rows.stream().map(Row::shown).toList());
        while (!pending.isEmpty() && pending.getLast().length == 0) {
            pending.removeLast();
        }
        return pending;
    }

    private Row row() {
        return rows.get(cursor);
    }

    private void text(byte b) {
        if (row().isUntouched()) {
            passAbove();
        }
        row().segment.write(b);
        if (row().size() > LONGEST) {
            passAbove();
            row().close();
            receiver.line(row().content(), false);
            rows.set(0, new Row());
            rows.getFirst().begun = true;
        }
    }

    private void newLine() {
        row().close();
        if (row().isText() || (rows.size() == 1 && row().isPlain())) {
            passAbove();
            receiver.line(rows.removeFirst().content(), true);
            if (rows.isEmpty()) {
                rows.add(new Row());
            }
            return;
        }
        cursor++;
        if (cursor == rows.size()) {
            rows.add(new Row());
        }
        if (cursor >= MOST_ROWS) {
            passAbove();
        }
    }

    /** The rows above the cursor stay as they are: nothing draws them again. */
    private void passAbove() {
        for (; cursor > 0; cursor--) {
            Row row = rows.removeFirst();
            row.close();
            if (!row.wiped || !row.isEmpty() || row.begun) {
                receiver.line(row.content(), true);
            }
        }
    }

    /** Whether the byte belongs to the escape sequence that was begun. */
    private boolean continues(byte b) {
        boolean introduced = sequence.size() > 1;
        if (!introduced && b == '[') {
            sequence.write(b);
            return true;
        }
        if (introduced && b >= ' ' && b < '@' && sequence.size() < LONGEST_SEQUENCE) {
            sequence.write(b);
            return true;
        }
        if (introduced && b == 'A' && cursor > 0) {
            up();
            return true;
        }
        sequenceIsText();
        return false;
    }

    private void up() {
        String count = sequence.toString(StandardCharsets.US_ASCII).substring(2);
        sequence.reset();
        row().close();
        int rowsUp = count.matches("\\d{1,3}") ? Integer.parseInt(count) : 1;
        cursor = Math.max(0, cursor - rowsUp);
    }

    private void sequenceIsText() {
        row().segment.writeBytes(sequence.toByteArray());
        sequence.reset();
    }

    /** One line that may be drawn again. */
    private static final class Row {
        /** Text that stays, with the carriage returns in it. */
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        /** What came since the last carriage return. */
        private final ByteArrayOutputStream segment = new ByteArrayOutputStream();

        private byte @Nullable [] bar;
        private int returns;
        private boolean wiped;
        private boolean begun;

        /** A carriage return: what is written now stands over what was. */
        void restart() {
            close();
            returns++;
        }

        /** The segment is complete. */
        void close() {
            if (segment.size() == 0) {
                return;
            }
            byte[] done = segment.toByteArray();
            segment.reset();
            String text = new String(done, StandardCharsets.UTF_8);
            if (text.length() <= LONGEST_BAR && BAR.matcher(text).find()) {
                bar = done;
            } else if ((bar != null || wiped) && text.isBlank()) {
                bar = null;
                wiped = true;
            } else {
                keep(done);
            }
            returns = 0;
        }

        private void keep(byte[] text) {
            if (bar != null) {
                kept.writeBytes(content());
                bar = null;
            } else if (wiped && kept.size() == 0 && !begun) {
                returns = 0;
            }
            kept.writeBytes("\r".repeat(returns).getBytes(StandardCharsets.US_ASCII));
            kept.writeBytes(text);
        }

        byte[] content() {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(kept.toByteArray());
            byte[] last = bar;
            if (last != null) {
                if (content.size() > 0 || begun) {
                    content.write('\r');
                }
                content.writeBytes(last);
            } else if (!wiped) {
                content.writeBytes("\r".repeat(returns).getBytes(StandardCharsets.US_ASCII));
            }
            return content.toByteArray();
        }

        /** What a terminal would show of it. */
        byte[] shown() {
            if (segment.size() > 0) {
                return segment.toByteArray();
            }
            byte[] last = bar;
            if (last != null) {
                return last;
            }
            byte[] text = kept.toByteArray();
            int from = text.length;
            while (from > 0 && text[from - 1] != '\r') {
                from--;
            }
            return Arrays.copyOfRange(text, from, text.length);
        }

        byte[] takePart() {
            ByteArrayOutputStream part = new ByteArrayOutputStream();
            part.writeBytes(kept.toByteArray());
            kept.reset();
            if (returns == 0) {
                part.writeBytes(segment.toByteArray());
                segment.reset();
            }
            begun |= part.size() > 0;
            return part.toByteArray();
        }

        int size() {
            return kept.size() + segment.size();
        }

        boolean isUntouched() {
            return size() == 0 && bar == null && returns == 0;
        }

        boolean isEmpty() {
            return size() == 0 && bar == null && (returns == 0 || wiped);
        }

        /** Whether there is text in it, and nothing else. */
        boolean isText() {
            return bar == null && kept.size() > 0;
        }

        /** Whether no bar was ever in it. */
        boolean isPlain() {
            return bar == null && !wiped;
        }
    }
}
