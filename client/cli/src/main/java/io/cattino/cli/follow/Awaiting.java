package io.cattino.cli.follow;

import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Ending;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.output.Widths;
import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Waits for tasks to end, telling people of each. */
public final class Awaiting {

    private static final int TAIL_BYTES = 16 * 1024;
    private static final int TAIL_LINES = 20;
    private static final int SHOWN = 5;
    private static final int MOST_RESULTS = 20;
    private static final int NAME_COLUMNS = 40;

    private final MeowClient client;
    private final Output output;
    private final List<String> names;
    private final int width;
    private final Set<String> told = new HashSet<>();

    /** For tasks of these names. */
    public Awaiting(MeowClient client, Output output, List<String> names) {
        this.client = client;
        this.output = output;
        this.names = names;
        this.width = Math.min(NAME_COLUMNS, names.stream().mapToInt(Widths::of).max().orElse(0));
    }

    /** Waits, and says what to end with. */
    public Ending await(TaskQuery query, Optional<Duration> limit) {
        String leaving =
                "Stopped waiting; %s on. Wait again: meow wait %s"
                        .formatted(
                                names.size() == 1
                                        ? names.getFirst() + " goes"
                                        : Text.count(names.size(), "task") + " go",
                                names.size() == 1 ? names.getFirst() : "NAME...");
        try (Leaving _ = Leaving.say(output, leaving)) {
            List<TaskInfo> tasks =
                    client.awaitAll(
                                    query,
                                    limit.orElse(ChronoUnit.FOREVER.getDuration()),
                                    this::onEnd)
                            .tasks();
            tellStuck(tasks);
            tellTotal(tasks);
            return Verdict.of(tasks);
        } catch (TimeoutException _) {
            throw timeout(
                    limit.orElse(Duration.ZERO),
                    names.stream().filter(name -> !told.contains(name)).toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while waiting");
        }
    }

    /** That the time is up. */
    public static Failure timeout(Duration limit, List<String> left) {
        String one =
                left.size() == 1
                        ? left.getFirst()
                        : Text.count(left.size(), "task") + " (" + Text.some(left, SHOWN) + ")";
        return Failure.of(
                Exit.TIMEOUT,
                "%s not ended after %s and %s on"
                        .formatted(
                                one + (left.size() == 1 ? " has" : " have"),
                                Times.exact(limit),
                                left.size() == 1 ? "goes" : "go"));
    }

    private void onEnd(TaskInfo task) {
        if (task.stuck() || !task.status().isEnded()) {
            return;
        }
        told.add(task.fullname());
        Cell status = TaskWords.status(task);
        if (output.toPeople()) {
            boolean colours = output.colours();
            String last =
                    task.status() == TaskStatus.DONE ? lastLine(task) : TaskWords.reason(task);
            output.line(
                    Widths.pad(task.fullname(), width)
                            + "  "
                            + status.colour()
                                    .paint(
                                            Widths.pad(status.text(), "⊘ Cancelled".length()),
                                            colours)
                            + "  "
                            + Text.oneLine(
                                    (TaskWords.runTimeWord(task, output) + "  " + last).strip()));
        } else if (task.status() != TaskStatus.DONE) {
            output.note(
                    "%s %s: %s".formatted(task.fullname(), task.status(), TaskWords.reason(task)));
        }
        if (task.status() == TaskStatus.FAILED) {
            tellErrors(client, output, task, TAIL_LINES);
        }
    }

    /**
     * What a task that went well wrote last, which is often its result; of many nobody reads it.
     */
    private String lastLine(TaskInfo task) {
        if (names.size() > MOST_RESULTS || task.attempt() == 0) {
            return "";
        }
        try (LogStream log = client.log(task.fullname(), LogKind.STDOUT).tail(TAIL_BYTES)) {
            return log.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
        } catch (MeowException _) {
            // It is an extra: that the task is done is said without it.
            return "";
        }
    }

    /** The last lines that a failed task wrote to its standard error. */
    public static void tellErrors(MeowClient client, Output output, TaskInfo task) {
        tellErrors(client, output, task, TAIL_LINES);
    }

    static void tellErrors(MeowClient client, Output output, TaskInfo task, int most) {
        if (task.attempt() == 0) {
            return;
        }
        List<String> lines;
        try (LogStream log = client.log(task.fullname(), LogKind.STDERR).tail(TAIL_BYTES)) {
            lines = log.lines().toList();
        } catch (MeowException _) {
            // They are an extra: that the task failed is said without them.
            return;
        }
        List<String> last = lines.subList(Math.max(0, lines.size() - most), lines.size());
        last.forEach(line -> output.warn("  │ " + Text.oneLine(line)));
        if (most < TAIL_LINES && last.size() < lines.size()) {
            output.hint("  all of it: meow logs %s -s stderr".formatted(task.fullname()));
        }
    }

    private void tellStuck(List<TaskInfo> tasks) {
        for (TaskInfo task : tasks) {
            if (task.stuck() || !task.status().isEnded()) {
                output.warn(
                        "%s cannot start: %s".formatted(task.fullname(), TaskWords.reason(task)));
                if (!task.reason().hint().isEmpty()) {
                    output.hint("  " + task.reason().hint());
                }
            }
        }
    }

    private void tellTotal(List<TaskInfo> tasks) {
        if (!output.toPeople() || tasks.isEmpty()) {
            return;
        }
        List<String> parts = new ArrayList<>();
        for (TaskStatus status : TaskStatus.values()) {
            long count = tasks.stream().filter(task -> task.status() == status).count();
            if (count > 0) {
                String word =
                        status == TaskStatus.WAITING
                                ? "cannot start"
                                : status.word().toLowerCase(Locale.ROOT);
                parts.add(count + " " + word);
            }
        }
        boolean colours = output.colours();
        output.line(
                Colour.BOLD.paint(Text.count(tasks.size(), "task"), colours)
                        + ": "
                        + String.join(", ", parts));
        List<String> directories =
                tasks.stream().map(TaskInfo::directory).filter(dir -> !dir.isEmpty()).toList();
        if (!directories.isEmpty()) {
            String where =
                    tasks.size() == 1
                            ? directories.getFirst()
                            : tasks.getFirst().runDir() + "/<fullname>";
            output.line("Output: " + where + "/{stdout,stderr}.log");
        }
    }
}
