package io.cattino.cli.follow;

import io.cattino.cli.command.Places;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Times;
import io.cattino.cli.output.Widths;
import io.cattino.client.LogKind;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;

/** What stands on stderr around a log, for people: of which attempt it is, and how that ended. */
final class LogFrame {

    private static final int ERROR_LINES = 5;

    private final MeowClient client;
    private final Output output;
    private final LogScreen screen;
    private final boolean withErrors;

    LogFrame(MeowClient client, Output output, LogScreen screen, LogView view) {
        this.client = client;
        this.output = output;
        this.screen = screen;
        this.withErrors = view.kinds().contains(LogKind.STDERR);
    }

    /** Before an attempt. */
    void header(TaskInfo task, int attempt) {
        if (!shown()) {
            return;
        }
        String place =
                task.newestAttempt()
                        .filter(newest -> newest.number() == attempt)
                        .map(new Places(client)::of)
                        .map(where -> " · " + where)
                        .orElse("");
        String since =
                task.status() == TaskStatus.RUNNING
                        ? " · running " + TaskWords.runTimeWord(task, output)
                        : "";
        rule("── %s · attempt %d%s%s ".formatted(task.fullname(), attempt, place, since));
    }

    /** After the last attempt. */
    void footer(TaskInfo task) {
        if (task.stuck()) {
            screen.aside(() ->
                    output.warn(
                            "%s cannot start: %s"
                                    .formatted(task.fullname(), TaskWords.reason(task))));
            return;
        }
        if (!shown()) {
            return;
        }
        String reason = task.status() == TaskStatus.DONE ? "exit 0" : TaskWords.reason(task);
        String time =
                TaskWords.runTime(task, output).map(span -> ", " + Times.exact(span)).orElse("");
        rule(
                "── %s finished: %s%s%s "
                        .formatted(
                                task.fullname(),
                                task.status(),
                                reason.isEmpty() ? "" : ", " + reason,
                                time));
        if (task.status() == TaskStatus.FAILED && !withErrors) {
            screen.aside(() -> Awaiting.tellErrors(client, output, task, ERROR_LINES));
        }
    }

    private boolean shown() {
        return output.errorToPeople() && !output.quiet();
    }

    private void rule(String text) {
        int width = Math.max(0, output.width() - Widths.of(text));
        screen.aside(() -> output.hint(text + "─".repeat(width)));
    }
}
