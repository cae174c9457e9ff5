package io.cattino.cli.output;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Shows something again and again: on a terminal in place, like watch(1); elsewhere only the lines
 * that are new. Ends when it is interrupted.
 */
public final class Repeating {

    private static final String HOME = "\u001b[H";
    private static final String TO_LINE_END = "\u001b[K";
    private static final String TO_SCREEN_END = "\u001b[J";
    private static final String CLEAR = "\u001b[2J";

    private final Output output;
    private final Pause pause;
    private Set<String> known = Set.of();
    private boolean started;

    /** Waits between two looks. */
    @FunctionalInterface
    public interface Pause {

        /** Waits; false if there will be no other look. */
        boolean take();

        /** Waits as long as that, until the thread is interrupted. */
        static Pause of(Duration time) {
            return () -> {
                try {
                    Thread.sleep(time);
                    return true;
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            };
        }
    }

    public Repeating(Output output, Pause pause) {
        this.output = output;
        this.pause = pause;
    }

    /** Shows what the supplier gives, until there is no other look. */
    public void show(Supplier<List<String>> lines) {
        do {
            List<String> now = lines.get();
            if (output.movesCursor()) {
                draw(now);
            } else {
                append(now);
            }
        } while (pause.take());
    }

    /** In place; what is below the screen's last line is left out, for it would scroll. */
    private void draw(List<String> lines) {
        int rows = output.rows();
        boolean cut = rows > 1 && lines.size() >= rows;
        List<String> shown = cut ? lines.subList(0, rows - 2) : lines;
        StringBuilder screen = new StringBuilder(started ? HOME : CLEAR + HOME);
        started = true;
        shown.forEach(line -> screen.append(line).append(TO_LINE_END).append('\n'));
        if (cut) {
            screen.append("… %d more lines".formatted(lines.size() - shown.size()))
                    .append(TO_LINE_END)
                    .append('\n');
        }
        output.raw().print(screen.append(TO_SCREEN_END));
        output.flush();
    }

    private void append(List<String> lines) {
        output.lines(lines.stream().filter(line -> !known.contains(line)).toList());
        known = new HashSet<>(lines);
    }
}
