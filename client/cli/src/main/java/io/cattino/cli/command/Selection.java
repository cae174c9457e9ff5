package io.cattino.cli.command;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which tasks a command is about: NAMEs (fullnames, groups, patterns, {@code last}, {@code @me}),
 * or with {@code -A} all of them or those that match; of these, those in a status or with a label.
 */
public final class Selection {

    private List<String> names = List.of();
    private boolean all;
    private List<String> statuses = List.of();
    private List<String> labels = List.of();

    /** What it takes. */
    public void declare(Syntax syntax) {
        syntax.words("NAME")
                .says(
                        "Tasks or groups, 'train-*' (in quotes), last (your newest submission), @me; with -A a regular expression, to be found anywhere in the fullname")
                .texts(it -> names = it);
        syntax.option("-A", "--all")
                .says("All tasks, or all whose fullname matches NAME")
                .flag(it -> all = it);
        syntax.option("--status")
                .label("STATUS")
                .split()
                .says("Of these, or of all: only Waiting, Running, Done, Failed, Cancelled")
                .texts(it -> statuses = it);
        syntax.option("-l", "--label")
                .label("K=V")
                .says("Of these, or of all: only those with this label; may be repeated")
                .texts(it -> labels = it);
    }

    /**
     * What was selected.
     *
     * @param named the names of tasks and groups that were given as such; what becomes of each
     *     matters, while of others those are left out that the command does not apply to
     * @param selector the same for the server; empty if nothing is selected
     * @param tasks the tasks, as far as they were looked at
     */
    public record Picked(
            List<String> named, Optional<TaskSelector> selector, List<TaskInfo> tasks) {
        public Picked {
            named = List.copyOf(named);
            tasks = List.copyOf(tasks);
        }
    }

    /** Of these, or of all, only those in that status, or in one asked for already. */
    public void addStatus(TaskStatus status) {
        statuses = new ArrayList<>(statuses);
        statuses.add(status.word());
    }

    /** One more NAME. */
    public void addName(String name) {
        names = new ArrayList<>(names);
        names.add(name);
    }

    /** Names that were given as such. */
    public List<String> named() {
        return all ? List.of() : names.stream().filter(Selectors::isPlain).toList();
    }

    /** Fails if it makes no sense. */
    public void check() {
        if (names.isEmpty() && !all && !isFiltered()) {
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
        var _ = filter();
    }

    /** Whether it is one NAME and nothing else. */
    public boolean isOneName() {
        return names.size() == 1 && !all && !isFiltered();
    }

    /** The tasks; fails for a name that means nothing. */
    public List<TaskInfo> find(MeowClient client) {
        return chosen(new Lookup(client), client, _ -> true);
    }

    /** The tasks as the server is asked for them: a group is shorter than its tasks. */
    public TaskQuery query(List<TaskInfo> found) {
        boolean plain = !all && !isFiltered() && Lookup.arePlain(names);
        return TaskQuery.names(plain ? names : found.stream().map(TaskInfo::fullname).toList());
    }

    /**
     * Finds the tasks.
     *
     * @param applies to which tasks the command applies; plain names mean every task all the same
     * @param look whether the tasks have to be looked at before they are changed
     */
    public Picked pick(MeowClient client, Predicate<TaskInfo> applies, boolean look) {
        var lookup = new Lookup(client);
        if (all && names.isEmpty() && !isFiltered() && !look) {
            return new Picked(List.of(), Optional.of(TaskSelector.everything()), List.of());
        }
        if (all || isFiltered()) {
            return picked(chosen(lookup, client, applies));
        }
        List<String> named = named();
        if (named.size() == names.size()) {
            List<TaskInfo> tasks =
                    look ? client.tasks().matching(TaskQuery.names(named)).list() : List.of();
            return new Picked(named, Optional.of(TaskSelector.names(named)), tasks);
        }
        return mixed(lookup, named, applies);
    }

    private List<TaskInfo> chosen(Lookup lookup, MeowClient client, Predicate<TaskInfo> applies) {
        List<TaskInfo> tasks;
        if (names.isEmpty()) {
            tasks = client.tasks().list();
        } else if (all) {
            tasks = matching(client.tasks().list());
        } else {
            tasks = lookup.tasks(names);
        }
        return tasks.stream().filter(filter()).filter(applies).toList();
    }

    /** What was looked at and confirmed is what is changed: not what has come since. */
    private static Picked picked(List<TaskInfo> tasks) {
        List<String> fullnames = tasks.stream().map(TaskInfo::fullname).toList();
        return new Picked(
                List.of(),
                fullnames.isEmpty() ? Optional.empty() : Optional.of(TaskSelector.names(fullnames)),
                tasks);
    }

    private Picked mixed(Lookup lookup, List<String> named, Predicate<TaskInfo> applies) {
        if (names.size() == 1) {
            List<TaskInfo> found = lookup.tasks(names).stream().filter(applies).toList();
            return picked(found);
        }
        Selectors selectors = lookup.selectors();
        List<TaskInfo> tasks = new ArrayList<>();
        Set<String> targets = new LinkedHashSet<>(named);
        for (String name : names) {
            if (Selectors.isPlain(name)) {
                tasks.addAll(selectors.tasks(name));
                continue;
            }
            lookup.selected(selectors, List.of(name)).stream()
                    .filter(applies)
                    .forEach(task -> {
                        tasks.add(task);
                        targets.add(task.fullname());
                    });
        }
        return new Picked(
                named,
                targets.isEmpty() ? Optional.empty() : Optional.of(TaskSelector.names(targets)),
                tasks.stream().distinct().toList());
    }

    private List<TaskInfo> matching(List<TaskInfo> present) {
        Pattern pattern = pattern();
        List<TaskInfo> matching =
                present.stream().filter(task -> pattern.matcher(task.fullname()).find()).toList();
        if (matching.isEmpty()) {
            throw Failure.of(
                    Exit.UNKNOWN,
                    "no task matches '%s'".formatted(pattern),
                    "all there are: meow list --all");
        }
        return matching;
    }

    private boolean isFiltered() {
        return !statuses.isEmpty() || !labels.isEmpty();
    }

    private Predicate<TaskInfo> filter() {
        List<TaskStatus> wanted = statuses.stream().map(TaskStatus::parse).toList();
        Predicate<TaskInfo> filter = task -> wanted.isEmpty() || wanted.contains(task.status());
        for (String label : labels) {
            int equals = label.indexOf('=');
            if (equals <= 0) {
                throw Failure.usage("-l wants KEY=VALUE, not '%s'".formatted(label));
            }
            String key = label.substring(0, equals);
            String value = label.substring(equals + 1);
            filter = filter.and(task -> value.equals(task.labels().get(key)));
        }
        return filter;
    }

    private Pattern pattern() {
        try {
            return Pattern.compile(names.getFirst());
        } catch (PatternSyntaxException e) {
            throw Failure.usage(
                    "'%s' is no regular expression: %s"
                            .formatted(names.getFirst(), e.getDescription()),
                    "one is: -A '^run_[0-9]+$'   patterns such as 'run_*' need no -A");
        }
    }
}
