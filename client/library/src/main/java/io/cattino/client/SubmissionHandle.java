package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import io.cattino.client.internal.Submitted;
import io.cattino.client.internal.TaskFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A stored submission: what became of it, and the way to its tasks and groups. Thread-safe; it
 * holds nothing that has to be closed, and works as long as its client is open.
 */
public final class SubmissionHandle {

    private final Library library;
    private final Submitted stored;
    private final TaskFeed feed;
    private final Map<String, TaskHandle> byRequestedName = new LinkedHashMap<>();
    private final Map<String, TaskHandle> byFinalName = new LinkedHashMap<>();
    private final Map<String, String> groups = new LinkedHashMap<>();

    SubmissionHandle(Library library, Submission submission, Submitted stored) {
        this.library = library;
        this.stored = stored;
        this.feed = library.feed(TaskQuery.submission(stored.submissionId()));
        List<String> requested = new ArrayList<>(submission.tasks().keySet());
        for (int i = 0; i < stored.tasks().size(); i++) {
            Submitted.StoredTask task = stored.tasks().get(i);
            var handle = new TaskHandle(library, feed, task.id(), task.fullname());
            byFinalName.put(task.fullname(), handle);
            if (i < requested.size()) {
                byRequestedName.put(requested.get(i), handle);
                rememberGroups(requested.get(i), task.fullname());
            }
        }
    }

    /** Its id, a ULID: the request id of the {@link Submission}. */
    public String id() {
        return stored.submissionId();
    }

    /** Directory of the submission on the nodes; a task's own is {@code <runDir>/<fullname>}. */
    public String runDir() {
        return stored.runDir();
    }

    /** Where the first 100 of its tasks were, or would start, right after it was stored. */
    public List<Prospect> prospects() {
        return stored.prospects();
    }

    /** The revision at which it became durable. */
    public long revision() {
        return stored.revision();
    }

    /** Its tasks, in the order of the submission. */
    public List<TaskHandle> tasks() {
        return List.copyOf(byFinalName.values());
    }

    /** Final fullnames of its tasks, in the order of the submission. */
    public List<String> fullnames() {
        return List.copyOf(byFinalName.keySet());
    }

    /**
     * One of its tasks.
     *
     * @param fullname the one asked for, or the final one
     * @throws MeowException.NotFound if it has no such task
     */
    public TaskHandle task(String fullname) {
        TaskHandle task = byRequestedName.get(fullname);
        if (task == null) {
            task = byFinalName.get(fullname);
        }
        if (task == null) {
            throw missing("task", fullname);
        }
        return task;
    }

    /**
     * One of its groups.
     *
     * @param fullname the one asked for, or the final one
     * @throws MeowException.NotFound if it has no such group
     */
    public GroupHandle group(String fullname) {
        @Nullable String stored = groups.get(fullname);
        if (stored == null && groups.containsValue(fullname)) {
            stored = fullname;
        }
        if (stored == null) {
            throw missing("group", fullname);
        }
        return new GroupHandle(library, library.feed(TaskQuery.group(stored)), stored);
    }

    /** Its tasks as they are now, in order of acceptance; those that were removed are missing. */
    public List<TaskInfo> info() {
        return library.tasks().listing(query()).tasks();
    }

    /**
     * Waits until each of its tasks has ended or can no longer start without a person.
     *
     * @throws TimeoutException if that takes longer; the tasks are left alone
     * @throws InterruptedException if this thread was interrupted; the tasks are left alone
     */
    @CanIgnoreReturnValue
    public WaitResult await(Duration timeout) throws TimeoutException, InterruptedException {
        return library.awaitAll(query(), timeout, _ -> {});
    }

    /**
     * Calls a listener for every task of the submission, as {@link TaskHandle#addListener} does.
     */
    @CanIgnoreReturnValue
    public Watch<TaskEvent> addListener(TaskListener listener) {
        return feed.listen(_ -> true, listener);
    }

    /** The id and the fullnames, for people. */
    @Override
    public String toString() {
        return id() + byFinalName.keySet();
    }

    private TaskQuery query() {
        return TaskQuery.submission(stored.submissionId());
    }

    /** A renamed submission renames the outermost names, so groups keep their depth. */
    private void rememberGroups(String requested, String given) {
        int inRequested = requested.indexOf('/');
        int inGiven = given.indexOf('/');
        while (inRequested >= 0 && inGiven >= 0) {
            groups.putIfAbsent(requested.substring(0, inRequested), given.substring(0, inGiven));
            inRequested = requested.indexOf('/', inRequested + 1);
            inGiven = given.indexOf('/', inGiven + 1);
        }
    }

    private MeowException missing(String what, String fullname) {
        return new MeowException.NotFound(
                "the submission has no %s '%s'".formatted(what, fullname),
                MeowException.Details.of(
                        "NOT_FOUND", "it has: " + String.join(", ", byFinalName.keySet())),
                null);
    }
}
