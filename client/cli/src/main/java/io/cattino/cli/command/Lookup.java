package io.cattino.cli.command;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.SubmitContext;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListing;
import io.cattino.client.TaskQuery;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds tasks by the names that people type; what they may have meant, the server says. */
public final class Lookup {

    private static final int SHOWN = 3;
    private static final String SUGGESTION = "; did you mean: ";
    private static final String ALL = "all there are: meow list --all";

    private final MeowClient client;

    public Lookup(MeowClient client) {
        this.client = client;
    }

    /**
     * The tasks that these NAMEs mean, each once: fullnames, groups, patterns, {@code last}, {@code
     * @me}. Fails if one of them means nothing.
     */
    public List<TaskInfo> tasks(Collection<String> names) {
        if (arePlain(names)) {
            TaskListing listing = client.tasks().matching(TaskQuery.names(names)).listing();
            if (!listing.unknownNames().isEmpty()) {
                throw unknown(listing.unknownNames().getFirst());
            }
            return listing.tasks();
        }
        // What the server can look for itself needs no list of everything.
        Optional<TaskQuery> query =
                names.size() == 1 ? query(names.iterator().next()) : Optional.empty();
        return selected(
                query.map(wanted -> selectors(client.tasks().matching(wanted).list()))
                        .orElseGet(this::selectors),
                names);
    }

    /**
     * The groups that these NAMEs mean, with those in them, outer before inner.
     *
     * @param tasks those that they mean
     */
    public static List<String> groups(Collection<String> names, List<TaskInfo> tasks) {
        Set<String> found = new LinkedHashSet<>();
        for (TaskInfo task : tasks) {
            String fullname = task.fullname();
            for (int end = fullname.indexOf('/'); end > 0; end = fullname.indexOf('/', end + 1)) {
                String group = fullname.substring(0, end);
                if (names.stream().anyMatch(name -> Selectors.means(name, group))) {
                    found.add(group);
                }
            }
        }
        return List.copyOf(found);
    }

    private static Optional<TaskQuery> query(String name) {
        TaskQuery mine = TaskQuery.all().withUser(user());
        return switch (name) {
            case "last" -> Optional.of(mine.ofLatestSubmission());
            case "@me" -> Optional.of(mine);
            default -> Optional.empty();
        };
    }

    private static String user() {
        return SubmitContext.current().user();
    }

    private static Selectors selectors(List<TaskInfo> present) {
        return new Selectors(present, user());
    }

    /** Whether the server knows what these NAMEs mean: fullnames and groups. */
    public static boolean arePlain(Collection<String> names) {
        return names.stream().allMatch(Selectors::isPlain);
    }

    /** All tasks there are, to be selected from. */
    Selectors selectors() {
        return selectors(client.tasks().list());
    }

    /** The tasks that these NAMEs mean, of those. */
    List<TaskInfo> selected(Selectors selectors, Collection<String> names) {
        Map<Long, TaskInfo> found = new LinkedHashMap<>();
        for (String name : names) {
            List<TaskInfo> tasks = selectors.tasks(name);
            if (tasks.isEmpty()) {
                throw Selectors.isPlain(name)
                        ? unknown(name)
                        : Failure.of(Exit.UNKNOWN, selectors.missing(name), ALL);
            }
            tasks.forEach(task -> found.putIfAbsent(task.id(), task));
        }
        return List.copyOf(found.values());
    }

    /** The task of that name, which must not be a group. */
    public TaskInfo task(String name) {
        List<TaskInfo> tasks = tasks(List.of(name));
        if (tasks.isEmpty()) {
            throw unknown(name);
        }
        TaskInfo first = tasks.getFirst();
        boolean meant = Selectors.isPlain(name) ? first.fullname().equals(name) : tasks.size() == 1;
        if (!meant) {
            throw Failure.usage(
                    "'%s' is %s of %s"
                            .formatted(
                                    name,
                                    Selectors.isPlain(name) ? "a group" : "a selection",
                                    Text.count(tasks.size(), "task")),
                    "name one of them: "
                            + Text.some(tasks.stream().map(TaskInfo::fullname).toList(), SHOWN));
        }
        return first;
    }

    /** That there is no task or group of that name. Asks the server once what was meant. */
    public Failure unknown(String name) {
        return Failure.of(Exit.UNKNOWN, missing(name), suggestion(name));
    }

    /** The same, from an answer that says what may have been meant. */
    public static Failure unknown(TaskChange change) {
        String said = change.message();
        int suggestion = said.indexOf(SUGGESTION);
        return Failure.of(
                Exit.UNKNOWN,
                missing(change.fullname()),
                suggestion < 0 ? ALL : said.substring(suggestion + "; ".length()));
    }

    /** A listing only names what is unknown; a task that is asked for alone comes with a hint. */
    private String suggestion(String name) {
        try {
            return client.task(name).fullname() + " is there now: try again";
        } catch (MeowException.NotFound e) {
            return e.hint().isEmpty() ? ALL : e.hint();
        } catch (MeowException _) {
            // A suggestion is a courtesy: that the name is unknown is known without it.
            return ALL;
        }
    }

    private static String missing(String name) {
        return "task '%s' does not exist".formatted(name);
    }
}
