package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import io.cattino.client.internal.Options;
import io.github.resilience4j.retry.RetryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The way to a farm: hands tasks in, finds them, follows them, stops them.
 *
 * {@snippet :
 * try (MeowClient meow = MeowClient.builder().target("coord-1:19192,coord-2:19192").build()) {
 *     ProcTask train = ProcTask.builder("train").command("python train.py").minDevices(2)
 *             .memoryPerDevice(Memory.mib(20_000)).build();
 *     TaskResult result = meow.submit(train).await(Duration.ofHours(9));
 * }
 * }
 *
 * <p>Thread-safe; make one and share it. Nothing is connected before the first call. Any of the
 * addresses names the leader, which is then talked to; an address that does not answer is left out
 * for a while. Calls are tried again, or made at whoever leads by now: reads because they change
 * nothing, writes because each carries an id by which the coordinator knows it again. Every method
 * that talks to a coordinator blocks for at most the deadline of each attempt and throws a {@link
 * MeowException}.
 */
public final class MeowClient implements AutoCloseable {

    /** The port of coordinators. */
    public static final int DEFAULT_PORT = Options.DEFAULT_PORT;

    private final Library library;
    private final Nodes nodes;
    private final Cluster cluster;

    private MeowClient(Options options) {
        this.library = new Library(options);
        this.nodes = new Nodes(library);
        this.cluster = new Cluster(library);
    }

    /** Begins a client; by default one of {@code localhost:19192}, without a token. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Hands in tasks and groups, whole or not at all; when it returns they are durable. Large ones
     * (over 8 MiB or 10,000 tasks) are sent in parts, with a deadline of at least a minute.
     *
     * @throws MeowException.AlreadyExists if a name is taken
     * @throws MeowException.NeverFits if no node could ever hold one of the tasks
     * @throws MeowException.NotFound if a task that others are to wait for does not exist
     * @throws MeowException.InvalidTask if something else is wrong with it; {@link
     *     MeowException#field()} says where
     */
    public SubmissionHandle submit(Submission submission) {
        return new SubmissionHandle(library, submission, library.submit(submission));
    }

    /**
     * Says what would become of a submission, and stores nothing: its final names, and where its
     * first tasks would start. Throws what {@link #submit(Submission)} would.
     */
    public Plan plan(Submission submission) {
        return library.plan(submission);
    }

    /** Hands in one task, as {@link #submit(Submission)}. */
    public TaskHandle submit(ProcTask task) {
        return submit(Submission.of(task)).tasks().getFirst();
    }

    /** Hands in one group, as {@link #submit(Submission)}. */
    public GroupHandle submit(TaskGroup group) {
        return submit(Submission.of(group)).group(group.name());
    }

    /**
     * A stored task.
     *
     * @throws MeowException.NotFound if there is none
     */
    public TaskHandle task(String fullname) {
        TaskInfo task = library.tasks().get(fullname);
        return new TaskHandle(
                library, library.feed(TaskQuery.task(fullname)), task.id(), task.fullname());
    }

    /**
     * A stored group.
     *
     * @throws MeowException.NotFound if there is none
     */
    public GroupHandle group(String fullname) {
        library.tasks().requireGroup(fullname);
        return new GroupHandle(library, library.feed(TaskQuery.group(fullname)), fullname);
    }

    /** Begins to look for tasks. */
    public TaskFinder tasks() {
        return new TaskFinder(library);
    }

    /**
     * Calls {@code consumer} on the client's executor, one at a time, in order, for every change of
     * the tasks that match, from now on. A slow consumer slows its own watch down and nothing else.
     * After a disconnection so long that the coordinator forgot events, the present state of the
     * tasks is delivered as {@linkplain TaskEvent#synthesised() synthesised} events.
     */
    public Watch<TaskEvent> watchTasks(TaskQuery query, Consumer<TaskEvent> consumer) {
        return library.watch(query, consumer);
    }

    /**
     * What happened lately to the tasks of a query, as far as it is remembered.
     *
     * @throws MeowException.WrongState if its revision lies in the future of this farm's history
     */
    public EventListing events(EventQuery query) {
        return library.tasks().events(query);
    }

    /**
     * Cancels tasks: waiting ones become Cancelled, running ones are stopped and become Cancelled.
     */
    @CanIgnoreReturnValue
    public List<TaskChange> cancel(TaskSelector selector) {
        return library.tasks().cancel(selector, "");
    }

    /**
     * Cancels tasks.
     *
     * @param why for people; at most 1 KiB
     */
    @CanIgnoreReturnValue
    public List<TaskChange> cancel(TaskSelector selector, String why) {
        return library.tasks().cancel(selector, why);
    }

    /** Stops running tasks; they become Failed with reason {@code Killed}. */
    @CanIgnoreReturnValue
    public List<TaskChange> kill(TaskSelector selector, Force force) {
        return library.tasks().kill(selector, force, "");
    }

    /**
     * Stops running tasks.
     *
     * @param why for people; at most 1 KiB
     */
    @CanIgnoreReturnValue
    public List<TaskChange> kill(TaskSelector selector, Force force, String why) {
        return library.tasks().kill(selector, force, why);
    }

    /** Lets cancelled and held tasks wait again. */
    @CanIgnoreReturnValue
    public List<TaskChange> resume(TaskSelector selector) {
        return library.tasks().resume(selector);
    }

    /**
     * Lets tasks that have ended wait again for a new attempt. Children of a Done task that have
     * not started wait for it again.
     */
    @CanIgnoreReturnValue
    public List<TaskChange> rerun(TaskSelector selector) {
        return library.tasks().rerun(selector);
    }

    /**
     * Keeps waiting tasks from starting until they are resumed.
     *
     * @param why shown to people; may be empty
     */
    @CanIgnoreReturnValue
    public List<TaskChange> hold(TaskSelector selector, String why) {
        return library.tasks().hold(selector, why);
    }

    /** Forgets tasks; running ones are killed first. */
    @CanIgnoreReturnValue
    public List<TaskChange> remove(TaskSelector selector) {
        return library.tasks().remove(selector);
    }

    /**
     * Changes an attribute of a waiting task.
     *
     * @return the task after it
     * @throws MeowException.NotFound if there is none
     * @throws MeowException.WrongState if it does not wait
     */
    @CanIgnoreReturnValue
    public <T> TaskInfo set(String fullname, TaskAttr<T> attribute, T value) {
        return library.tasks().set(fullname, attribute, value);
    }

    /**
     * Replaces the labels of a waiting task.
     *
     * @return the task after it
     * @throws MeowException.NotFound if there is none
     * @throws MeowException.WrongState if it does not wait
     */
    @CanIgnoreReturnValue
    public TaskInfo setLabels(String fullname, Map<String, String> labels) {
        return library.tasks().setLabels(fullname, labels);
    }

    /**
     * Why a task waits, and what every node lacks for it.
     *
     * @throws MeowException.NotFound if there is none
     */
    public Explanation explain(String fullname) {
        return library.tasks().explain(fullname);
    }

    /**
     * A log of a task's newest attempt, read from the start; nothing is sent before the first read.
     * With HOOKS also of a group: what its hooks printed on the node of its on_start.
     */
    public LogStream log(String fullname, LogKind kind) {
        return new LogStream(library, fullname, kind);
    }

    /**
     * Waits until each of the tasks that match now has ended, was removed, or can no longer start
     * without a person ({@link TaskInfo#stuck()}).
     *
     * @param query which tasks; their statuses are not looked at again
     * @param timeout how long at most
     * @param listener called by this thread for each task when that is the case
     * @throws MeowException.NotFound if a name of the query does not exist
     * @throws TimeoutException if it takes longer; the tasks are left alone
     * @throws InterruptedException if this thread was interrupted; the tasks are left alone
     */
    @CanIgnoreReturnValue
    public WaitResult awaitAll(TaskQuery query, Duration timeout, Consumer<TaskInfo> listener)
            throws TimeoutException, InterruptedException {
        return library.awaitAll(query, timeout, listener);
    }

    /** The machines of the farm. */
    public Nodes nodes() {
        return nodes;
    }

    /** The farm as a whole. */
    public Cluster cluster() {
        return cluster;
    }

    /**
     * Ends watches, listeners and logs, waits for calls in flight (at most twice their deadline),
     * and lets the connections go. Futures that wait for tasks complete exceptionally. Calls made
     * later throw {@link MeowException.Unavailable}. May be repeated.
     */
    @Override
    public void close() {
        library.close();
    }

    /** Collects a client's settings; not thread-safe. */
    public static final class Builder {
        private final Options.Builder options = Options.builder();

        private Builder() {}

        /**
         * The coordinators: {@code host:port,host:port}; the port may be left out, and a {@code
         * /http-port} may follow it. An IPv6 address is written in brackets.
         *
         * @throws IllegalArgumentException for anything else
         */
        @CanIgnoreReturnValue
        public Builder target(String addresses) {
            options.target(addresses);
            return this;
        }

        /** The token that coordinators want. */
        @CanIgnoreReturnValue
        public Builder token(String token) {
            options.token(token);
            return this;
        }

        /**
         * A file that holds the token. It is read at the first call, and again when a coordinator
         * refuses what it held.
         */
        @CanIgnoreReturnValue
        public Builder tokenFile(Path file) {
            options.tokenFile(file);
            return this;
        }

        /**
         * How often and in which intervals calls are tried again; default: 12 attempts in some 10
         * s, from 100 ms on, with jitter. What is tried again is the library's business: predicates
         * of the configuration are not used.
         */
        @CanIgnoreReturnValue
        public Builder retry(RetryConfig config) {
            options.retry(config);
            return this;
        }

        /**
         * Each address is tried once and nothing is tried again: for programs that would rather
         * know at once.
         */
        @CanIgnoreReturnValue
        public Builder noRetry() {
            options.retry(RetryConfig.custom().maxAttempts(1).build());
            return this;
        }

        /**
         * How long one attempt of a call may take; default 5 s. Streams (watches, logs) have none.
         *
         * @throws IllegalArgumentException unless above 0
         */
        @CanIgnoreReturnValue
        public Builder deadline(Duration deadline) {
            options.deadline(deadline);
            return this;
        }

        /**
         * Something to do when the first call takes longer than that because no coordinator
         * answers, and is tried again: once for the client, on the thread of the call. Default:
         * nothing.
         */
        @CanIgnoreReturnValue
        public Builder onWaiting(Duration after, Runnable told) {
            options.onWaiting(after, told);
            return this;
        }

        /**
         * Lets reads be answered with what was last known to be durable when every attempt has
         * found that nobody leads; {@code told} hears how old that is. Default: they throw {@link
         * MeowException.Unavailable}, as writes, waits and watches do in any case.
         */
        @CanIgnoreReturnValue
        public Builder acceptStale(Consumer<Duration> told) {
            options.acceptStale(told);
            return this;
        }

        /**
         * Where listeners and consumers are called; default: a virtual thread for each. The client
         * never shuts it down.
         */
        @CanIgnoreReturnValue
        public Builder executor(Executor executor) {
            options.executor(executor);
            return this;
        }

        /**
         * Whether connections to other machines go without TLS. Default: they do not; those to this
         * machine always do. The token is readable on the way then.
         */
        @CanIgnoreReturnValue
        public Builder plaintext(boolean plaintext) {
            options.plaintext(plaintext);
            return this;
        }

        /**
         * Whether calls that are no streams go over the HTTP port of a coordinator, if that is
         * known: of {@code host:port/http-port}, and where no port is given. Default: they do not.
         * Such a call does not wait for gRPC's connection, which takes a second to start: for
         * programs that live for one call. An interrupt does not end it; its deadline does.
         */
        @CanIgnoreReturnValue
        public Builder unaryOverHttp(boolean unaryOverHttp) {
            options.unaryOverHttp(unaryOverHttp);
            return this;
        }

        /** The client. Nothing is connected yet. */
        public MeowClient build() {
            return new MeowClient(options.build());
        }
    }
}
