package io.cattino.cli.follow;

import io.cattino.cli.output.Failure;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which logs, and what of them. */
final class LogOptions {

    private static final int MOST_LINES = 10_000_000;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description =
                    "Tasks or groups; several: each line behind its task's name; none: the server")
    private List<String> names = List.of();

    @Option(
            names = {"-s", "--stream"},
            paramLabel = "STREAM",
            defaultValue = "stdout",
            description =
                    "stdout (default), stderr, hooks, or all: stdout and stderr, the latter in red")
    private String stream = "stdout";

    @Option(names = "--tail", paramLabel = "N", description = "Only the last N lines")
    private @Nullable Integer tail;

    @Option(
            names = "--attempt",
            paramLabel = "N",
            description = "That attempt; default: the newest one")
    private int attempt;

    List<String> names() {
        return names;
    }

    LogView view() {
        return LogView.of(stream);
    }

    /** 0: the newest. */
    int attempt() {
        if (attempt < 0) {
            throw Failure.usage("attempts count from 1, not %d".formatted(attempt));
        }
        return attempt;
    }

    LogRange range() {
        Integer lines = tail;
        if (lines == null) {
            return LogRange.ALL;
        }
        if (lines < 0 || lines > MOST_LINES) {
            throw Failure.usage(
                    "--tail is a number of lines, 0 to %d, not %d".formatted(MOST_LINES, lines));
        }
        return new LogRange(OptionalInt.of(lines));
    }
}
