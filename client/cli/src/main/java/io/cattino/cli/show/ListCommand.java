package io.cattino.cli.show;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.client.TaskFinder;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meow list}: the tasks. */
@Command(
        name = "list",
        aliases = {"ls", "ps"},
        description = "List tasks: those that have not ended, and those that ended within a day.")
public final class ListCommand extends MeowCommand {

    private static final Duration RECENT = Duration.ofDays(1);

    @Parameters(
            paramLabel = "ATTR",
            arity = "0..*",
            description =
                    "Show the fullname and these fields instead: status, pid, cmd, create_time, ...")
    private List<String> attributes = List.of();

    @Option(
            names = {"-a", "-A", "--all"},
            description = "Also those that ended earlier")
    private boolean all;

    @Option(
            names = "--status",
            split = ",",
            paramLabel = "STATUS",
            description = "Only Waiting, Running, Done, Failed or Cancelled ones")
    private List<String> statuses = List.of();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "K=V",
            description = "Only those with this label; may be repeated")
    private List<String> labels = List.of();

    @Option(
            names = "--json",
            paramLabel = "[=FIELD,...]",
            hideParamSyntax = true,
            description = "An array of objects, with these fields")
    private @Nullable String json;

    public ListCommand(Session session) {
        super(session);
    }

    @Override
    public boolean speaksJson() {
        return json != null;
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of(
                "--filter", "-o", "--output", "--format", "--no-header", "--sort", "-w", "--watch");
    }

    @Override
    protected Exit execute() {
        List<String> fields = TaskFields.check(attributes);
        List<String> jsonFields = json == null ? List.of() : TaskFields.chosen(json);
        TaskStatus[] wanted = statuses.stream().map(TaskStatus::parse).toArray(TaskStatus[]::new);
        TaskFinder finder = client().tasks().statuses(wanted);
        finder.labels(labels.toArray(String[]::new));
        List<TaskInfo> found = finder.list();
        List<TaskInfo> shown = found.stream().filter(this::isShown).toList();
        if (json != null) {
            output().json(shown.stream().map(task -> TaskFields.json(task, jsonFields)).toList());
        } else if (!output().toPeople()) {
            shown.forEach(
                    task -> output().values(fields.isEmpty() ? row(task) : row(task, fields)));
        } else if (shown.isEmpty()) {
            output().warn("No tasks found." + (found.isEmpty() ? "" : more(found.size())));
        } else {
            output().table(
                            fields.isEmpty()
                                    ? new TaskTable(output()).of(shown)
                                    : chosen(shown, fields));
            output().line(summary(shown) + more(found.size() - shown.size()));
        }
        return Exit.OK;
    }

    private boolean isShown(TaskInfo task) {
        Instant end = task.endTime();
        if (all || !statuses.isEmpty() || !task.status().isEnded() || end == null) {
            return true;
        }
        return output().since(end).compareTo(RECENT) < 0;
    }

    private static List<String> row(TaskInfo task, List<String> fields) {
        List<String> row = new ArrayList<>();
        row.add(task.fullname());
        fields.stream()
                .filter(field -> !field.equals("fullname"))
                .forEach(field -> row.add(TaskFields.text(task, field)));
        return row;
    }

    /** As the columns for people, in full. */
    private List<String> row(TaskInfo task) {
        List<String> row =
                row(
                        task,
                        List.of(
                                "status",
                                "min_devices",
                                "requires_memory_per_device",
                                "node",
                                "priority",
                                "create_time"));
        row.add(
                TaskWords.runTime(task, output())
                        .map(time -> Long.toString(time.toSeconds()))
                        .orElse("-"));
        return row;
    }

    private Table chosen(List<TaskInfo> tasks, List<String> fields) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.elastic("FULLNAME"));
        List<String> others = fields.stream().filter(field -> !field.equals("fullname")).toList();
        others.forEach(field -> columns.add(Column.elastic(field.toUpperCase(Locale.ROOT))));
        Table table = new Table(columns);
        for (TaskInfo task : tasks) {
            List<Cell> row = new ArrayList<>();
            row.add(Cell.of(task.fullname()));
            others.forEach(field -> row.add(cell(task, field)));
            table.row(row);
        }
        return table;
    }

    private Cell cell(TaskInfo task, String field) {
        if (field.equals("status")) {
            return TaskWords.status(task);
        }
        return TaskFields.value(task, field) instanceof Instant time
                ? Cell.of(Times.rough(output().since(time)) + " ago")
                : Cell.of(TaskFields.text(task, field));
    }

    private static String summary(List<TaskInfo> tasks) {
        List<String> parts = new ArrayList<>();
        for (TaskStatus status :
                List.of(
                        TaskStatus.RUNNING,
                        TaskStatus.WAITING,
                        TaskStatus.FAILED,
                        TaskStatus.CANCELLED,
                        TaskStatus.DONE)) {
            long count = tasks.stream().filter(task -> task.status() == status).count();
            if (count > 0) {
                parts.add(count + " " + status.word().toLowerCase(Locale.ROOT));
            }
        }
        return Text.count(tasks.size(), "task") + ": " + String.join(", ", parts);
    }

    private String more(int hidden) {
        return hidden == 0
                ? ""
                : output().named(" · %d more finished (meow list --all)".formatted(hidden));
    }
}
