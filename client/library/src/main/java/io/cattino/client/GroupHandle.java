package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import io.cattino.client.internal.TaskFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * A stored group: its tasks, read, waited for or stopped together. Thread-safe; it holds nothing
 * that has to be closed, and works as long as its client is open. Methods that talk to the
 * coordinator throw a {@link MeowException}.
 */
public final class GroupHandle {

    private final Library library;
    private final TaskFeed feed;
    private final String fullname;

    GroupHandle(Library library, TaskFeed feed, String fullname) {
        this.library = library;
        this.feed = feed;
        this.fullname = fullname;
    }

    /** Its final fullname. */
    public String fullname() {
        return fullname;
    }

    /**
     * A task in it.
     *
     * @param name its name inside the group ({@code train}, {@code sub/train}) or its fullname
     * @throws MeowException.NotFound if there is none
     */
    public TaskHandle task(String name) {
        String prefix = fullname + "/";
        TaskInfo task = library.tasks().get(name.startsWith(prefix) ? name : prefix + name);
        return new TaskHandle(library, feed, task.id(), task.fullname());
    }

    /** Its tasks, at any depth, in order of acceptance. */
    public List<TaskHandle> tasks() {
        List<TaskHandle> handles = new ArrayList<>();
        for (TaskInfo task : info().tasks()) {
            handles.add(new TaskHandle(library, feed, task.id(), task.fullname()));
        }
        return List.copyOf(handles);
    }

    /**
     * The group as it is now.
     *
     * @throws MeowException.NotFound if it has no task any more
     */
    public GroupInfo info() {
        return new GroupInfo(fullname, library.tasks().known(query()).tasks());
    }

    /**
     * Waits until each of its present tasks has ended or can no longer start without a person.
     *
     * @throws TimeoutException if that takes longer; the tasks are left alone
     * @throws InterruptedException if this thread was interrupted; the tasks are left alone
     */
    @CanIgnoreReturnValue
    public WaitResult await(Duration timeout) throws TimeoutException, InterruptedException {
        return library.awaitAll(query(), timeout, ended -> {});
    }

    /**
     * How its present tasks ended, when all have, in order of acceptance. Cancelling the future
     * does <em>not</em> stop them. One that can no longer start without a person is waited for as
     * well.
     */
    public CompletableFuture<List<TaskResult>> result() {
        List<CompletableFuture<TaskResult>> results =
                tasks().stream().map(TaskHandle::result).toList();
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .thenApply(_ -> results.stream().map(CompletableFuture::join).toList());
    }

    /** Calls a listener for every task in the group, as {@link TaskHandle#addListener} does. */
    @CanIgnoreReturnValue
    public Watch<TaskEvent> addListener(TaskListener listener) {
        return feed.listen(_ -> true, listener);
    }

    /** Cancels its tasks. */
    @CanIgnoreReturnValue
    public List<TaskChange> cancel() {
        return library.tasks().cancel(selector(), "");
    }

    /** Stops its running tasks; they become Failed with reason {@code Killed}. */
    @CanIgnoreReturnValue
    public List<TaskChange> kill(Force force) {
        return library.tasks().kill(selector(), force, "");
    }

    /** Lets its cancelled and held tasks wait again. */
    @CanIgnoreReturnValue
    public List<TaskChange> resume() {
        return library.tasks().resume(selector());
    }

    /** Lets those of its tasks that have ended wait again for a new attempt. */
    @CanIgnoreReturnValue
    public List<TaskChange> rerun() {
        return library.tasks().rerun(selector());
    }

    /** Keeps those of its tasks that wait from starting until they are resumed. */
    @CanIgnoreReturnValue
    public List<TaskChange> hold() {
        return library.tasks().hold(selector(), "");
    }

    /** Forgets its tasks; running ones are killed first. */
    @CanIgnoreReturnValue
    public List<TaskChange> remove() {
        return library.tasks().remove(selector());
    }

    /** The fullname. */
    @Override
    public String toString() {
        return fullname;
    }

    private TaskQuery query() {
        return TaskQuery.group(fullname);
    }

    private TaskSelector selector() {
        return TaskSelector.names(List.of(fullname));
    }
}
