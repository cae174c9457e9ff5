package io.cattino.cli.command;

import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.client.DeviceNeed;
import io.cattino.client.Memory;
import io.cattino.client.OnDisconnect;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import io.cattino.client.Where;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people read of a task: glyphs, words, sizes. */
public final class TaskWords {

    private static final int SIGNALS = 128;
    private static final int LAST_SIGNAL = 64;

    private TaskWords() {}

    /** Glyph and word. */
    public static Cell status(TaskInfo task) {
        boolean again = task.status() == TaskStatus.WAITING && task.attempt() > 0 && !task.stuck();
        return new Cell(
                (again ? "↻" : glyph(task.status())) + " " + task.status(), colour(task.status()));
    }

    public static String glyph(TaskStatus status) {
        return switch (status) {
            case WAITING -> "○";
            case RUNNING -> "●";
            case DONE -> "✓";
            case FAILED -> "✗";
            case CANCELLED -> "⊘";
        };
    }

    public static Colour colour(TaskStatus status) {
        return switch (status) {
            case WAITING -> Colour.PLAIN;
            case RUNNING -> Colour.GREEN;
            case DONE -> Colour.DIM;
            case FAILED -> Colour.RED;
            case CANCELLED -> Colour.YELLOW;
        };
    }

    /** {@code requeue}; empty if it was not said. */
    public static String onDisconnect(TaskInfo task) {
        OnDisconnect said = task.spec().onDisconnect();
        return said == OnDisconnect.DEFAULT ? "" : said.name().toLowerCase(Locale.ROOT);
    }

    /** {@code 2×20000M}, {@code 1×50%}, {@code 1×auto}, {@code 2 whole}, {@code -}. */
    public static String shortNeed(DeviceNeed need) {
        if (need.count() == 0) {
            return "-";
        }
        return switch (need.memory()) {
            case null -> need.count() + " whole";
            case Memory.Amount amount -> need.count() + "×" + amount.mib() + "M";
            case Memory.Share share -> need.count() + "×" + share;
            case Memory.Auto auto -> need.count() + "×" + auto;
        };
    }

    /**
     * {@code 2 devices × 20000 MiB}, {@code 1 device × 50%}, {@code 1 device × auto}, {@code 2
     * whole devices}, {@code no device}: cards or host memory, as the node has it.
     */
    public static String need(DeviceNeed need) {
        if (need.count() == 0) {
            return "no device";
        }
        return need.memory() == null
                ? Text.count(need.count(), "whole device")
                : Text.count(need.count(), "device") + " × " + need.memory();
    }

    /** {@code , gpu.model=A100, node=gpu-0[1-4]}; empty: anywhere. */
    public static String where(Where where) {
        return where.equals(Where.anywhere()) ? "" : ", " + where;
    }

    /** Why it is there, in one line; empty if there is nothing to say. */
    public static String reason(TaskInfo task) {
        String said = task.reason().toString();
        Integer exit = task.exitCode();
        if (task.status() != TaskStatus.FAILED || exit == null) {
            return said;
        }
        return said.isEmpty()
                ? exit(exit)
                : said.contains("exit") || said.contains("signal")
                        ? said
                        : "%s (%s)".formatted(said, plainExit(exit));
    }

    /** The same without brackets, to be put into some. */
    private static String plainExit(int code) {
        return exit(code).replace(" (", ", ").replace(")", "");
    }

    /** {@code exit 1}, {@code signal 9 (exit 137)}. */
    public static String exit(int code) {
        return code > SIGNALS && code <= SIGNALS + LAST_SIGNAL
                ? "signal %d (exit %d)".formatted(code - SIGNALS, code)
                : "exit " + code;
    }

    /** How long the newest attempt has run, or ran. */
    public static Optional<Duration> runTime(TaskInfo task, Output output) {
        Instant start = task.startTime();
        if (start == null || (task.status() == TaskStatus.WAITING)) {
            return Optional.empty();
        }
        return Optional.of(span(start, task.endTime(), output));
    }

    /** The span between two moments, the second of which may not have come. */
    public static Duration span(Instant start, @Nullable Instant end, Output output) {
        return end == null ? output.since(start) : Duration.between(start, end);
    }

    /** The same in words; a dash if it never ran. */
    public static String runTimeWord(TaskInfo task, Output output) {
        return runTime(task, output).map(Times::exact).orElse("-");
    }
}
