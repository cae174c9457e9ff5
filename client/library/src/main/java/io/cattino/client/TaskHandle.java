package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import io.cattino.client.internal.TaskFeed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A stored task: read it, wait for it, follow it, stop it. Thread-safe; it holds nothing that has
 * to be closed, and works as long as its client is open.
 *
 * <p>Methods that talk to the coordinator throw a {@link MeowException}; {@link
 * MeowException.NotFound} once the task was removed. Reading and waiting mean this very task;
 * commands go by its fullname.
 */
public final class TaskHandle {

    private final Library library;
    private final TaskFeed feed;
    private final long id;
    private final String fullname;

    TaskHandle(Library library, TaskFeed feed, long id, String fullname) {
        this.library = library;
        this.feed = feed;
        this.id = id;
        this.fullname = fullname;
    }

    /** The task's number. */
    public long id() {
        return id;
    }

    /** Its final fullname. */
    public String fullname() {
        return fullname;
    }

    /** The task as it is now. */
    public TaskInfo info() {
        return library.tasks().get(id);
    }

    /** Why it waits, and what every node lacks for it. */
    public Explanation explain() {
        return library.tasks().explain(fullname);
    }

    /**
     * Waits until the task has ended: Done, Failed or Cancelled. One that can no longer start
     * without a person is waited for as well; {@link MeowClient#awaitAll} notices.
     *
     * @throws TimeoutException if it has not ended in time; the task is left alone
     * @throws InterruptedException if this thread was interrupted; the task is left alone
     * @throws MeowException.NotFound if the task was removed
     */
    @CanIgnoreReturnValue
    public TaskResult await(Duration timeout) throws TimeoutException, InterruptedException {
        return Library.await(result(), timeout, "task '" + fullname + "' has not ended");
    }

    /**
     * Waits until the task has left Waiting, by starting or by ending.
     *
     * @return the task as it is then
     * @throws TimeoutException if it still waits; the task is left alone
     * @throws InterruptedException if this thread was interrupted; the task is left alone
     * @throws MeowException.NotFound if the task was removed
     */
    @CanIgnoreReturnValue
    public TaskInfo awaitStart(Duration timeout) throws TimeoutException, InterruptedException {
        CompletableFuture<TaskEvent> started =
                feed.first(id, event -> event.status() != TaskStatus.WAITING, event -> event);
        Library.await(started, timeout, "task '" + fullname + "' has not started");
        return info();
    }

    /**
     * How the task ended, when it has. A new future for each call: cancelling it does <em>not</em>
     * stop the task, it only gives up waiting; {@link #kill} and {@link #cancel} stop it. Completes
     * exceptionally with {@link MeowException.NotFound} if the task is removed before it ends.
     */
    public CompletableFuture<TaskResult> result() {
        return feed.first(id, event -> event.status().isEnded(), TaskFeed::result);
    }

    /**
     * Calls a listener on the client's executor, one event at a time, in order: first for the
     * present state, then for every change. Closing the watch ends it.
     */
    @CanIgnoreReturnValue
    public Watch<TaskEvent> addListener(TaskListener listener) {
        Predicate<TaskEvent> mine = event -> event.taskId() == id;
        return feed.listen(mine, listener);
    }

    /**
     * Cancels the task: a waiting one becomes Cancelled, a running one is stopped (TERM, grace,
     * KILL) and becomes Cancelled.
     *
     * @throws MeowException.WrongState if it has ended
     */
    @CanIgnoreReturnValue
    public TaskChange cancel() {
        return library.tasks().only(fullname, library.tasks().cancel(selector(), ""));
    }

    /**
     * Stops the running task; it becomes Failed with reason {@code Killed}.
     *
     * @throws MeowException.WrongState if it does not run
     */
    @CanIgnoreReturnValue
    public TaskChange kill(Force force) {
        return library.tasks().only(fullname, library.tasks().kill(selector(), force, ""));
    }

    /**
     * Lets the cancelled or held task wait again.
     *
     * @throws MeowException.WrongState if it is neither
     */
    @CanIgnoreReturnValue
    public TaskChange resume() {
        return library.tasks().only(fullname, library.tasks().resume(selector()));
    }

    /** Lets the task, which has ended, wait again for a new attempt. */
    @CanIgnoreReturnValue
    public TaskChange rerun() {
        return library.tasks().only(fullname, library.tasks().rerun(selector()));
    }

    /** Keeps the task, which waits, from starting until it is resumed. */
    @CanIgnoreReturnValue
    public TaskChange hold() {
        return library.tasks().only(fullname, library.tasks().hold(selector(), ""));
    }

    /** Forgets the task; a running one is killed first. */
    @CanIgnoreReturnValue
    public TaskChange remove() {
        return library.tasks().only(fullname, library.tasks().remove(selector()));
    }

    /**
     * Changes an attribute of the waiting task.
     *
     * @return the task after it
     * @throws MeowException.WrongState if it does not wait
     */
    @CanIgnoreReturnValue
    public <T> TaskInfo set(TaskAttr<T> attribute, T value) {
        return library.tasks().set(fullname, attribute, value);
    }

    /** A log of its newest attempt, read from the start; nothing is sent before the first read. */
    public LogStream log(LogKind kind) {
        return new LogStream(library, fullname, kind);
    }

    /** The fullname. */
    @Override
    public String toString() {
        return fullname;
    }

    private TaskSelector selector() {
        return TaskSelector.names(List.of(fullname));
    }
}
