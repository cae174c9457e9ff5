package io.cattino.cli.follow;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.TaskInfo;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Which logs, and what of them. */
final class LogOptions {

    private static final int MOST_LINES = 10_000_000;

    private List<String> names = List.of();
    private String stream = "stdout";
    private @Nullable Integer tail;
    private @Nullable String since;
    private int attempt;

    /** What it takes. */
    public void declare(Syntax syntax) {
        syntax.words("NAME")
                .says(
                        "Tasks or groups; several: each line behind its task's name; none: the server")
                .texts(it -> names = it);
        syntax.option("-s", "--stream")
                .label("STREAM")
                .byDefault("stdout")
                .says(
                        "stdout (default), stderr, hooks (of tasks and groups), or all: stdout and stderr, the latter in red")
                .text(it -> stream = it);
        syntax.option("--tail").label("N").says("Only the last N lines").number(it -> tail = it);
        syntax.option("--since")
                .label("TIME")
                .says("Only what was written since then: 10m (ago), or 2026-11-22T08:00:00Z")
                .text(it -> since = it);
        syntax.option("--attempt")
                .label("N")
                .says("That attempt; default: the newest one")
                .number(it -> attempt = it);
    }

    List<String> names() {
        return names;
    }

    LogView view() {
        return LogView.of(stream);
    }

    /**
     * The groups whose own log is wanted: what their hooks printed, who have no attempts.
     *
     * @param tasks those that the names mean
     */
    List<String> groups(List<TaskInfo> tasks) {
        return view().equals(LogView.HOOKS) && attempt == 0
                ? Lookup.groups(names, tasks)
                : List.of();
    }

    /** 0: the newest. */
    int attempt() {
        if (attempt < 0) {
            throw Failure.usage("attempts count from 1, not %d".formatted(attempt));
        }
        return attempt;
    }

    LogRange range(InstantSource clock) {
        Integer lines = tail;
        if (lines != null && (lines < 0 || lines > MOST_LINES)) {
            throw Failure.usage(
                    "--tail is a number of lines, 0 to %d, not %d".formatted(MOST_LINES, lines));
        }
        return new LogRange(
                lines == null ? OptionalInt.empty() : OptionalInt.of(lines),
                Optional.ofNullable(since).map(text -> Times.moment(text, clock)));
    }
}
