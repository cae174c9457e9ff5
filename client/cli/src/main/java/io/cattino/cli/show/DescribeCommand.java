package io.cattino.cli.show;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.command.Places;
import io.cattino.cli.command.TaskFields;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.EventQuery;
import io.cattino.client.NodeInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code meow describe}: everything about a task, a group or a machine. */
public final class DescribeCommand extends MeowCommand {

    private static final String NODE = "node/";

    /** The newest ones; all of them: meow events NAME. */
    private static final int EVENTS = 8;

    private String name = "";
    private boolean env;
    private OutputOptions options = new OutputOptions();

    public DescribeCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Show everything about a task, above all why it waits; of a group, its tasks; of node/NAME, a machine.");
        syntax.word("NAME").says("A task, a group, or node/NAME").text(it -> name = it);
        syntax.option("--env").says("Its own variables too").flag(it -> env = it);
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    @Override
    protected Exit execute() {
        return options.show(output(), this::listing);
    }

    private Listing<?> listing() {
        Optional<NodeInfo> node =
                name.startsWith(NODE)
                        ? client().nodes().list().stream()
                                .filter(one -> one.name().equals(name.substring(NODE.length())))
                                .findFirst()
                        : Optional.empty();
        return node.isPresent() ? new NodeStory(client(), output()).of(node.get()) : tasks();
    }

    private Listing<TaskInfo> tasks() {
        List<TaskInfo> tasks = new Lookup(client()).tasks(List.of(name));
        Map<Long, Optional<Waiting>> known = new HashMap<>();
        Fields<TaskInfo> fields =
                WaitingFields.add(
                        TaskFields.all(output().clock()),
                        task -> known.computeIfAbsent(task.id(), _ -> waiting(task)));
        boolean group = tasks.size() != 1 || !tasks.getFirst().fullname().equals(name);
        return group ? group(tasks, fields) : one(tasks.getFirst(), fields);
    }

    private Optional<Waiting> waiting(TaskInfo task) {
        return task.status() == TaskStatus.WAITING
                ? Optional.of(Waiting.find(client(), task))
                : Optional.empty();
    }

    private Listing<TaskInfo> one(TaskInfo task, Fields<TaskInfo> fields) {
        TaskStory story = new TaskStory(output(), new Places(client()));
        Told told = story.of(task, waiting(task), env);
        story.events(
                told,
                client().events(
                                EventQuery.of(TaskQuery.names(List.of(task.fullname())))
                                        .newest(EVENTS))
                        .events());
        return new Listing.Told<>(
                fields, task, fields.names(), told.plain(), true, (_, look) -> told.people(look));
    }

    private Listing<TaskInfo> group(List<TaskInfo> tasks, Fields<TaskInfo> fields) {
        return new Listing.Many<>(
                fields,
                tasks,
                TaskFields.COLUMNS,
                fields.names(),
                (rows, look) -> people(rows, look));
    }

    private List<String> people(List<TaskInfo> tasks, Look look) {
        Told told = new Told();
        told.add("Group", name);
        told.add(
                "Tasks",
                tasks.stream()
                        .collect(
                                Collectors.groupingBy(
                                        task -> task.status().word(),
                                        LinkedHashMap::new,
                                        Collectors.counting()))
                        .entrySet()
                        .stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        List<String> lines = new ArrayList<>(told.people(look));
        lines.addAll(new TaskTable(output(), look.wide()).of(tasks).lines(look));
        return lines;
    }
}
