package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds tasks: {@code meow.tasks().statuses(FAILED).label("exp", "7").list()}. Not thread-safe;
 * made by {@link MeowClient#tasks()}. The answers are in order of acceptance, and come in pages
 * that nobody sees.
 */
public final class TaskFinder {

    /** The most tasks of a page. */
    public static final int MAX_PAGE_SIZE = 1000;

    private final Library library;
    private TaskQuery query = TaskQuery.all();
    private Predicate<TaskInfo> condition = _ -> true;
    private int pageSize = MAX_PAGE_SIZE;

    TaskFinder(Library library) {
        this.library = library;
    }

    /** Those that a query describes; replaces what was set before. */
    @CanIgnoreReturnValue
    public TaskFinder matching(TaskQuery query) {
        this.query = query;
        return this;
    }

    /** Those of these fullnames, or in groups of these fullnames. */
    @CanIgnoreReturnValue
    public TaskFinder names(String... fullnames) {
        return names(List.of(fullnames));
    }

    /** Those of these fullnames, or in groups of these fullnames. */
    @CanIgnoreReturnValue
    public TaskFinder names(Collection<String> fullnames) {
        query = query.withNames(fullnames);
        return this;
    }

    /** Those in one of these statuses. */
    @CanIgnoreReturnValue
    public TaskFinder statuses(TaskStatus... statuses) {
        query = query.withStatuses(Arrays.asList(statuses));
        return this;
    }

    /** Those with that label, beside others asked for. */
    @CanIgnoreReturnValue
    public TaskFinder label(String key, String value) {
        query = query.withLabel(key, value);
        return this;
    }

    /** Those with these labels. */
    @CanIgnoreReturnValue
    public TaskFinder labels(Map<String, String> labels) {
        labels.forEach(this::label);
        return this;
    }

    /**
     * Those with these labels, written {@code key=value}.
     *
     * @throws IllegalArgumentException for a text without {@code =}
     */
    @CanIgnoreReturnValue
    public TaskFinder labels(String... labels) {
        for (String label : labels) {
            int equals = label.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "'%s' is no label: write key=value".formatted(label));
            }
            label(label.substring(0, equals), label.substring(equals + 1));
        }
        return this;
    }

    /** Those of that submission. */
    @CanIgnoreReturnValue
    public TaskFinder submission(String id) {
        query = query.withSubmission(id);
        return this;
    }

    /**
     * Those that fulfil a condition too, beside others asked for. It is looked at here, in this
     * process: say first, by the other methods, what the coordinator can leave out.
     */
    @CanIgnoreReturnValue
    public TaskFinder where(Predicate<TaskInfo> condition) {
        this.condition = this.condition.and(condition);
        return this;
    }

    /**
     * How many tasks are asked for at once; default 1,000.
     *
     * @throws IllegalArgumentException unless it is in 1 to 1,000
     */
    @CanIgnoreReturnValue
    public TaskFinder pageSize(int size) {
        if (size < 1 || size > MAX_PAGE_SIZE) {
            throw new IllegalArgumentException(
                    "a page has 1 to %d tasks, not %d".formatted(MAX_PAGE_SIZE, size));
        }
        this.pageSize = size;
        return this;
    }

    /** What was set so far, but for what {@link #where} says. */
    public TaskQuery query() {
        return query;
    }

    /** All of them. Names that do not exist are ignored; {@link #listing} tells them. */
    public List<TaskInfo> list() {
        return listing().tasks();
    }

    /** All of them, the names that do not exist, and the revision to watch from. */
    public TaskListing listing() {
        TaskListing all = library.tasks().listing(query, pageSize);
        List<TaskInfo> wanted = all.tasks().stream().filter(condition).toList();
        return new TaskListing(wanted, all.unknownNames(), all.revision());
    }

    /**
     * All of them, each page fetched when it is reached. Failures are thrown while the stream is
     * consumed.
     */
    public Stream<TaskInfo> stream() {
        return library.tasks().stream(query, pageSize).filter(condition);
    }
}
