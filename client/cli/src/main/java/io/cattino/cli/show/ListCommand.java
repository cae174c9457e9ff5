package io.cattino.cli.show;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskFilter;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.TaskFinder;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code meow list}: the tasks. */
public final class ListCommand extends MeowCommand {

    private static final Duration RECENT = Duration.ofDays(1);

    /** What no field has in its name, but patterns and names in groups do. */
    private static final String IN_NAMES = ".*[/*?\\[].*|@me|last";

    private List<String> words = List.of();
    private boolean all;
    private List<String> names = List.of();
    private @Nullable String filter;
    private List<String> statuses = List.of();
    private List<String> labels = List.of();
    private OutputOptions options = new OutputOptions();

    public ListCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("List tasks: those that have not ended, and those that ended within a day.");
        syntax.words("ATTR")
                .says(
                        "Show the fullname and these fields instead: status, pid, cmd, create_time, ...",
                        "A word with one of / * ? [ in it, last and @me are NAMEs: only those tasks")
                .texts(it -> words = it);
        syntax.option("-a", "-A", "--all")
                .says("Also those that ended earlier")
                .flag(it -> all = it);
        syntax.option("-n", "--name")
                .label("NAME")
                .says("Only this task or group, or those that match; may be repeated")
                .texts(it -> names = it);
        syntax.option("--filter")
                .label("EXPR")
                .says(
                        "Only those for which a Python expression is true: \"task.status == 'running' and task.priority > 2\"")
                .text(it -> filter = it);
        syntax.option("--status")
                .label("STATUS")
                .split()
                .says("Only Waiting, Running, Done, Failed or Cancelled ones")
                .texts(it -> statuses = it);
        syntax.option("-l", "--label")
                .label("K=V")
                .says("Only those with this label; may be repeated")
                .texts(it -> labels = it);
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    @Override
    protected Exit execute() {
        Fields<TaskInfo> fields = TaskFields.all(output().clock());
        List<String> attributes = attributes(fields);
        List<String> chosen =
                attributes.isEmpty()
                        ? List.of()
                        : Stream.concat(Stream.of("fullname"), attributes.stream())
                                .distinct()
                                .toList();
        var _ = fields.check(options.jsonFields());
        var _ = statuses();
        Optional<TaskFilter> wanted =
                Optional.ofNullable(filter).map(text -> new TaskFilter(text, session().env()));
        return options.show(output(), () -> listing(fields, chosen, wanted), chosen);
    }

    private List<String> attributes(Fields<TaskInfo> fields) {
        return fields.check(
                words.stream().filter(word -> !word.matches(IN_NAMES)).toList(),
                "a task or group of that name: meow list -n %s");
    }

    private List<String> selectors() {
        return Stream.concat(names.stream(), words.stream().filter(word -> word.matches(IN_NAMES)))
                .toList();
    }

    private Listing<TaskInfo> listing(
            Fields<TaskInfo> fields, List<String> chosen, Optional<TaskFilter> wanted) {
        List<TaskInfo> found = find();
        List<TaskInfo> kept = wanted.map(filter -> filter.keep(found, fields)).orElse(found);
        List<TaskInfo> shown = kept.stream().filter(this::isShown).toList();
        int hidden = kept.size() - shown.size();
        return new Listing.Many<>(
                fields,
                shown,
                chosen.isEmpty() ? TaskFields.COLUMNS : chosen,
                TaskFields.DEFAULTS,
                (rows, look) -> people(rows, look, fields, chosen, hidden));
    }

    private TaskStatus[] statuses() {
        return statuses.stream().map(TaskStatus::parse).toArray(TaskStatus[]::new);
    }

    private List<TaskInfo> find() {
        TaskStatus[] wanted = statuses();
        TaskFinder finder = client().tasks().statuses(wanted);
        finder.labels(labels.toArray(String[]::new));
        List<String> selectors = selectors();
        if (selectors.isEmpty()) {
            return finder.list();
        }
        List<TaskInfo> named = new Lookup(client()).tasks(selectors);
        if (wanted.length == 0 && labels.isEmpty()) {
            return named;
        }
        List<Long> others = finder.list().stream().map(TaskInfo::id).toList();
        return named.stream().filter(task -> others.contains(task.id())).toList();
    }

    private boolean isShown(TaskInfo task) {
        Instant end = task.endTime();
        boolean asked = all || !statuses.isEmpty() || filter != null || !selectors().isEmpty();
        return asked
                || !task.status().isEnded()
                || end == null
                || output().since(end).compareTo(RECENT) < 0;
    }

    private List<String> people(
            List<TaskInfo> tasks,
            Look look,
            Fields<TaskInfo> fields,
            List<String> chosen,
            int hidden) {
        if (tasks.isEmpty()) {
            output().warn("No tasks found." + more(hidden));
            return List.of();
        }
        List<String> lines = new ArrayList<>(table(tasks, look, fields, chosen).lines(look));
        if (look.header()) {
            lines.add(summary(tasks) + more(hidden));
        }
        return lines;
    }

    private Table table(
            List<TaskInfo> tasks, Look look, Fields<TaskInfo> fields, List<String> chosen) {
        if (!chosen.isEmpty()) {
            return chosen(tasks, fields, chosen);
        }
        TaskTable table = new TaskTable(output(), look.wide());
        return look.flat() ? table.flat(tasks) : table.of(tasks);
    }

    private Table chosen(List<TaskInfo> tasks, Fields<TaskInfo> fields, List<String> chosen) {
        Table table =
                new Table(
                        chosen.stream()
                                .map(name -> Column.elastic(name.toUpperCase(Locale.ROOT)))
                                .toList());
        tasks.forEach(
                task -> table.row(chosen.stream().map(name -> cell(task, fields, name)).toList()));
        return table;
    }

    private Cell cell(TaskInfo task, Fields<TaskInfo> fields, String field) {
        if (field.equals("status")) {
            return TaskWords.status(task);
        }
        return fields.value(task, field) instanceof Instant time
                ? Cell.of(Times.rough(output().since(time)) + " ago")
                : Cell.of(fields.text(task, field));
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
            Predicate<TaskInfo> is = task -> task.status() == status;
            long count = tasks.stream().filter(is).count();
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
