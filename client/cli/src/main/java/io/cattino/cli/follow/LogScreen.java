package io.cattino.cli.follow;

import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Output;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where logs are written. To programs their bytes, as they are. To people lines, with what is not
 * complete yet (a bar, a line without its end) below them, drawn again whenever it changes.
 * Thread-safe.
 */
public final class LogScreen {

    private static final int MOST_ROWS = 12;
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String UP = "\u001b[A";

    private final PrintStream out;
    private final boolean toPeople;
    private final boolean live;
    private final boolean colours;
    private final int width;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<LogSink> sinks = new ArrayList<>();
    private List<String> drawn = List.of();
    private String note = "";

    private LogScreen(Output output) {
        this.out = output.raw();
        this.toPeople = output.toPeople();
        this.live = output.toPeople() && output.movesCursor();
        this.colours = output.colours();
        this.width = toPeople ? output.width() : 0;
    }

    /** That of a command. */
    public static LogScreen of(Output output) {
        return new LogScreen(output);
    }

    /** A log on it. */
    public LogSink sink(LogSink.Look look) {
        LogSink sink = new LogSink(this, look);
        lock.lock();
        try {
            sinks.add(sink);
        } finally {
            lock.unlock();
        }
        return sink;
    }

    /** Whether people read it, line by line. */
    boolean toPeople() {
        return toPeople;
    }

    /** Whether what is not complete is shown, and drawn again. */
    boolean live() {
        return live;
    }

    /** Says something on the other stream: what is drawn again makes room for it. */
    void aside(Runnable saying) {
        change(() -> {
            erase();
            out.flush();
            saying.run();
        });
    }

    /** A line that stands below everything until it is replaced; empty: none. Needs a live one. */
    void note(String text) {
        change(() -> note = text);
    }

    /** Several changes that are drawn together. */
    void change(Runnable changes) {
        lock.lock();
        try {
            changes.run();
            draw();
            out.flush();
        } finally {
            lock.unlock();
        }
    }

    /** Writes a line of a log, or the beginning of one. */
    void put(LogSink.Look look, byte[] text, boolean ended) {
        if (toPeople) {
            putLine(painted(look, text));
            return;
        }
        byte[] prefix = look.prefix().getBytes(StandardCharsets.UTF_8);
        out.write(prefix, 0, prefix.length);
        out.write(text, 0, text.length);
        if (ended || !look.alone()) {
            out.write('\n');
        }
    }

    private void putLine(String line) {
        if (drawn.size() == 1 && line.startsWith(drawn.getFirst())) {
            out.print(line.substring(drawn.getFirst().length()));
            drawn = List.of();
        } else {
            erase();
            out.print(line);
        }
        out.print('\n');
    }

    /** Behind a prefix, a carriage return would write over it. */
    private String painted(LogSink.Look look, byte[] text) {
        String safe = SafeText.of(text, colours);
        String line = look.prefix().isEmpty() ? safe : SafeText.last(safe);
        return look.prefix() + (look.red() ? Colour.RED.paint(line, colours) : line);
    }

    private void erase() {
        if (!drawn.isEmpty()) {
            out.print(UP.repeat(drawn.size() - 1) + "\r" + ERASE_BELOW);
            drawn = List.of();
        }
    }

    private void draw() {
        if (!live) {
            return;
        }
        List<String> rows = new ArrayList<>();
        for (LogSink sink : sinks) {
            for (byte[] row : sink.pending()) {
                rows.add(SafeText.cut(painted(sink.look(), row), width));
            }
        }
        if (!note.isEmpty()) {
            rows.add(SafeText.cut(note, width));
        }
        List<String> shown = rows.subList(Math.max(0, rows.size() - MOST_ROWS), rows.size());
        if (shown.equals(drawn)) {
            return;
        }
        if (drawn.size() == 1
                && shown.size() == 1
                && shown.getFirst().startsWith(drawn.getFirst())) {
            out.print(shown.getFirst().substring(drawn.getFirst().length()));
        } else {
            erase();
            out.print(String.join("\n", shown));
        }
        drawn = List.copyOf(shown);
    }
}
