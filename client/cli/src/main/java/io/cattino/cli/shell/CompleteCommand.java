package io.cattino.cli.shell;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.server.Config;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.NodeInfo;
import io.cattino.client.Setting;
import io.cattino.client.TaskInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@code meow __complete}: names, one a line, for completion scripts. Starts no server. */
public final class CompleteCommand extends MeowCommand {

    /** Nobody reads more, and shells get slow. */
    private static final int MOST = 2000;

    private String kind = "";
    private String prefix = "";

    public CompleteCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("Names for completion scripts.");
        syntax.hide();
        syntax.word("KIND").says("What of").text(it -> kind = it);
        syntax.word("PREFIX").arity("0..1").says("Its beginning").text(it -> prefix = it);
    }

    @Override
    protected Exit execute() {
        List<String> names =
                names().filter(name -> name.startsWith(prefix)).distinct().limit(MOST).toList();
        // A name with a line end or the like is no use in a file of lines.
        output().lines(
                        names.stream()
                                .filter(name -> name.chars().noneMatch(Character::isISOControl))
                                .toList());
        return Exit.OK;
    }

    private Stream<String> names() {
        return switch (kind) {
            case "tasks" -> Stream.concat(tasks().flatMap(CompleteCommand::withGroups), special());
            case "groups" -> tasks().flatMap(task -> groups(task).stream());
            case "nodes" -> client().nodes().list().stream().map(NodeInfo::name);
            case "settings" -> client().cluster().settings().stream().map(Setting::key);
            case "contexts" -> Config.of(session().env()).contextNames().stream();
            default -> throw Failure.usage("'%s' is nothing to complete".formatted(kind));
        };
    }

    /** What stands for tasks wherever a name does. */
    private static Stream<String> special() {
        return Stream.of("last", "@me");
    }

    /** Those that have not ended first, then the newest. */
    private Stream<TaskInfo> tasks() {
        List<TaskInfo> newestFirst = new ArrayList<>(client().tasks().list().reversed());
        return Stream.concat(
                newestFirst.stream().filter(task -> !task.status().isEnded()),
                newestFirst.stream().filter(task -> task.status().isEnded()));
    }

    private static Stream<String> withGroups(TaskInfo task) {
        return Stream.concat(Stream.of(task.fullname()), groups(task).stream());
    }

    private static Set<String> groups(TaskInfo task) {
        Set<String> groups = new LinkedHashSet<>();
        String name = task.fullname();
        for (int slash = name.lastIndexOf('/');
                slash > 0;
                slash = name.lastIndexOf('/', slash - 1)) {
            groups.add(name.substring(0, slash));
        }
        return groups;
    }
}
