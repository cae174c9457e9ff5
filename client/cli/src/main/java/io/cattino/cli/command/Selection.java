package io.cattino.cli.command;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which tasks a command is about: names, or with {@code -A} all of them or those that match. */
public final class Selection {

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description =
                    "Tasks or groups; with -A a regular expression, to be found anywhere in the fullname")
    private List<String> names = List.of();

    @Option(
            names = {"-A", "--all"},
            description = "All tasks, or all whose fullname matches NAME")
    private boolean all;

    /** What was named; empty with {@code -A}. */
    public List<String> names() {
        return all ? List.of() : names;
    }

    /** Whether it is all tasks, and no pattern. */
    public boolean everything() {
        return all && names.isEmpty();
    }

    /** Fails if it makes no sense. */
    public void check() {
        if (names.isEmpty() && !all) {
            throw Failure.usage(
                    "which tasks?", "give NAMEs, -A for all, or -A PATTERN for those that match");
        }
        if (all && names.size() > 1) {
            throw Failure.usage(
                    "-A takes one pattern, not %d".formatted(names.size()),
                    "patterns can be joined: -A 'a|b'");
        }
        if (all && !names.isEmpty()) {
            var _ = pattern();
        }
    }

    /**
     * The tasks it means now, of those that a command applies to.
     *
     * @param applies to which tasks the command applies; names mean every task all the same
     */
    public List<TaskInfo> tasks(MeowClient client, Predicate<TaskInfo> applies) {
        if (!all) {
            return client.tasks().names(names).list();
        }
        List<TaskInfo> present = client.tasks().list();
        if (names.isEmpty()) {
            return present.stream().filter(applies).toList();
        }
        Pattern pattern = pattern();
        List<TaskInfo> matching =
                present.stream().filter(task -> pattern.matcher(task.fullname()).find()).toList();
        if (matching.isEmpty()) {
            throw Failure.of(
                    Exit.UNKNOWN,
                    "no task matches '%s'".formatted(pattern),
                    "all there are: meow list --all");
        }
        return matching.stream().filter(applies).toList();
    }

    /** The same for the server. */
    public TaskSelector selector(List<TaskInfo> tasks) {
        if (!all) {
            return TaskSelector.names(names);
        }
        return names.isEmpty()
                ? TaskSelector.everything()
                : TaskSelector.names(tasks.stream().map(TaskInfo::fullname).toList());
    }

    private Pattern pattern() {
        try {
            return Pattern.compile(names.getFirst());
        } catch (PatternSyntaxException e) {
            throw Failure.usage(
                    "'%s' is no regular expression: %s"
                            .formatted(names.getFirst(), e.getDescription()));
        }
    }
}
