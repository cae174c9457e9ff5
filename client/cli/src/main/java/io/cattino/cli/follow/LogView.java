package io.cattino.cli.follow;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.client.LogKind;
import java.util.List;
import java.util.Locale;

/**
 * What of a task's log is wanted.
 *
 * @param kinds which streams; two are merged
 */
public record LogView(List<LogKind> kinds) {

    /** The words of {@code -s}. */
    static final List<String> WORDS = List.of("stdout", "stderr", "all", "hooks");

    /** What the command writes to its standard output. */
    public static final LogView STDOUT = new LogView(List.of(LogKind.STDOUT));

    /** What hooks wrote, of tasks and of groups. */
    static final LogView HOOKS = new LogView(List.of(LogKind.HOOKS));

    /** What a word of {@code -s} means. */
    static LogView of(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "stdout" -> STDOUT;
            case "stderr" -> new LogView(List.of(LogKind.STDERR));
            case "all" -> new LogView(List.of(LogKind.STDOUT, LogKind.STDERR));
            case "hooks" -> HOOKS;
            default ->
                    throw Failure.usage(
                            "'%s' is no stream: choose stdout, stderr, all or hooks"
                                    .formatted(word),
                            Text.nearest(word, WORDS)
                                    .map("did you mean: -s %s ?"::formatted)
                                    .orElse(""));
        };
    }

    /** Whether several streams are merged into one. */
    boolean merged() {
        return kinds.size() > 1;
    }

    /** How one of the streams looks. */
    LogSink.Look look(LogKind kind, String prefix) {
        return new LogSink.Look(
                prefix, merged() && kind == LogKind.STDERR, prefix.isEmpty() && !merged());
    }
}
