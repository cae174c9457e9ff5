package io.cattino.cli.show;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.Places;
import io.cattino.cli.command.TaskFields;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.client.AttemptInfo;
import io.cattino.client.EdgeCondition;
import io.cattino.client.Explanation;
import io.cattino.client.ParentInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import io.cattino.client.Veto;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meow describe}: everything about a task. */
@Command(
        name = "describe",
        aliases = "show",
        description =
                "Show everything about a task, above all why it waits; of a group, its tasks.")
public final class DescribeCommand extends MeowCommand {

    private static final int MOST_VETOES = 20;

    @Parameters(paramLabel = "NAME", description = "A task or group")
    private String name = "";

    @Option(names = "--env", description = "Its own variables too")
    private boolean env;

    @Option(
            names = "--json",
            paramLabel = "[=FIELD,...]",
            hideParamSyntax = true,
            description = "An array of objects, with these fields; default: all")
    private @Nullable String json;

    public DescribeCommand(Session session) {
        super(session);
    }

    @Override
    public boolean speaksJson() {
        return json != null;
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("-o", "--output", "--format");
    }

    @Override
    protected Exit execute() {
        List<TaskInfo> tasks = new Lookup(client()).tasks(List.of(name));
        boolean group = tasks.size() != 1 || !tasks.getFirst().fullname().equals(name);
        if (json != null) {
            output().json(tasks.stream().map(this::json).toList());
        } else if (group) {
            group(tasks);
        } else {
            TaskInfo task = tasks.getFirst();
            describe(task.status() == TaskStatus.WAITING ? client().explain(name) : null, task);
        }
        return Exit.OK;
    }

    private Map<String, @Nullable Object> json(TaskInfo task) {
        List<String> fields =
                json == null || json.isEmpty() ? TaskFields.names() : TaskFields.chosen(json);
        Map<String, @Nullable Object> object = TaskFields.json(task, fields);
        if (task.status() == TaskStatus.WAITING && (json == null || json.isEmpty())) {
            Explanation why = client().explain(task.fullname());
            object.put("ahead", why.ahead());
            object.put("passed_over", why.passedOver());
            object.put("vetoes", why.vetoes().stream().map(DescribeCommand::json).toList());
        }
        return object;
    }

    private static Map<String, @Nullable Object> json(Veto veto) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("code", veto.code());
        object.put("node", veto.node());
        object.put("have", veto.have());
        object.put("want", veto.want());
        object.put("text", veto.text());
        return object;
    }

    private void group(List<TaskInfo> tasks) {
        field("Group", name);
        String counts =
                tasks.stream()
                        .collect(
                                Collectors.groupingBy(
                                        task -> task.status().word(),
                                        LinkedHashMap::new,
                                        Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "));
        field("Tasks", counts);
        output().lines(
                        new TaskTable(output())
                                .of(tasks)
                                .lines(output().width(), output().colours()));
    }

    private void describe(@Nullable Explanation why, TaskInfo task) {
        identity(task);
        field("Created", moment(task.createTime()));
        field("Started", moment(task.startTime()));
        field("Ended", moment(task.endTime()));
        field(
                "After",
                task.parents().stream()
                        .map(DescribeCommand::parent)
                        .collect(Collectors.joining(", ")));
        if (why != null) {
            why(why);
        }
        attempts(task.attempts());
        if (!task.directory().isEmpty()) {
            field(
                    "Logs",
                    task.directory()
                            + "/{stdout,stderr}.log"
                            + (task.node().isEmpty() ? "" : " on " + task.node()));
        }
        if (env) {
            task.spec().env().forEach((key, value) -> field("Env", key + "=" + value));
        }
    }

    /** What it is, how it is, and what it asks for. */
    private void identity(TaskInfo task) {
        String by = task.user().isEmpty() ? "" : ", by " + task.user();
        field("Name", "%s   (id %s%s)".formatted(task.fullname(), task.id(), by));
        String time =
                TaskWords.runTime(task, output()).map(span -> "   " + Times.exact(span)).orElse("");
        String reason = TaskWords.reason(task);
        field(
                "Status",
                TaskWords.status(task).text() + time + (reason.isEmpty() ? "" : "   " + reason));
        field("Command", (task.spec().shell() ? "bash -c: " : "") + task.commandLine());
        field("Working dir", task.workingDirectory());
        int cpus = task.spec().cpus();
        field(
                "Needs",
                TaskWords.need(task.devices())
                        + (cpus > 0 ? ", " + Text.count(cpus, "CPU core") : "")
                        + ", priority "
                        + task.priority());
        field("Labels", pairs(task.labels()));
    }

    private void attempts(List<AttemptInfo> attempts) {
        Places places = new Places(client());
        String label = "Attempts";
        for (AttemptInfo attempt : attempts) {
            field(label, attempt(attempt, places));
            label = "";
        }
    }

    private void why(Explanation why) {
        if (!why.reason().isNone()) {
            String code = why.reason().code();
            String text = why.reason().text();
            field(
                    "Why waiting",
                    text.isEmpty() ? code : code.isEmpty() ? text : code + ": " + text);
        }
        // The nearest veto is the reason: its words are not said twice.
        List<Veto> vetoes =
                why.vetoes().stream()
                        .filter(veto -> !why.reason().text().endsWith(veto.text()))
                        .toList();
        for (Veto veto : vetoes.subList(0, Math.min(MOST_VETOES, vetoes.size()))) {
            field(
                    "",
                    "%s: %s"
                            .formatted(
                                    veto.node(),
                                    veto.text().isEmpty() ? veto.code() : veto.text()));
        }
        if (vetoes.size() > MOST_VETOES) {
            field("", "and %d more nodes".formatted(vetoes.size() - MOST_VETOES));
        }
        if (!why.reason().hint().isEmpty()) {
            field("What helps", output().named(why.reason().hint()));
        }
        if (why.ahead() > 0 || why.passedOver() > 0) {
            String passed =
                    why.passedOver() == 0
                            ? ""
                            : ", passed over %d× by smaller ones".formatted(why.passedOver());
            field("Queue", Text.count(why.ahead(), "task") + " ahead" + passed);
        }
    }

    private String attempt(AttemptInfo attempt, Places places) {
        List<String> parts = new ArrayList<>();
        parts.add("#" + attempt.number() + " " + places.of(attempt));
        Instant start = attempt.startTime();
        if (start != null) {
            parts.add(Times.exact(TaskWords.span(start, attempt.endTime(), output())));
        }
        Integer code = attempt.exitCode();
        if (code != null) {
            parts.add(TaskWords.exit(code));
        } else if (attempt.pid() != 0 && attempt.endTime() == null) {
            parts.add("PID " + attempt.pid());
        }
        String reason = attempt.reason().toString();
        if (!reason.isEmpty() && code == null) {
            parts.add(reason);
        }
        return String.join(" · ", parts);
    }

    private static String parent(ParentInfo parent) {
        return parent.fullname()
                + (parent.condition() == EdgeCondition.ANY ? " (however it ends)" : "")
                + (parent.satisfied() ? " ✓" : "");
    }

    private String moment(@Nullable Instant time) {
        if (time == null) {
            return "";
        }
        return output().toPeople()
                ? Times.rough(output().since(time)) + " ago   " + Times.rfc3339(time)
                : Times.rfc3339(time);
    }

    private static String pairs(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining(", "));
    }

    /** On a terminal in columns, else with a tab. */
    private void field(String label, String value) {
        if (value.isEmpty()) {
            return;
        }
        if (output().toPeople()) {
            output().line(
                            "%-13s%s"
                                    .formatted(
                                            label.isEmpty() ? "" : label + ":",
                                            Text.oneLine(value)));
        } else {
            output().values(List.of(label, value));
        }
    }
}
