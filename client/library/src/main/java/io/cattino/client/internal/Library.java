package io.cattino.client.internal;

import io.cattino.client.LogKind;
import io.cattino.client.MeowException;
import io.cattino.client.Plan;
import io.cattino.client.Submission;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.WaitResult;
import io.cattino.client.Watch;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.TaskServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Everything behind a client. Thread-safe. */
public final class Library implements AutoCloseable {

    private static final Duration CHUNKED_DEADLINE = Duration.ofMinutes(1);

    private final Endpoints endpoints;
    private final Caller caller;
    private final TaskCalls tasks;
    private final ClusterCalls cluster;
    private final Executor executor;

    private final Running running = new Running();

    /** Connects nothing yet. */
    public Library(Options options) {
        Tokens tokens = new Tokens(options.token(), options.tokenFile());
        this.endpoints =
                new Endpoints(
                        options.addresses(),
                        address ->
                                Channels.connect(
                                        address,
                                        options.plaintext(),
                                        options.unaryOverHttp(),
                                        tokens));
        this.caller = new Caller(endpoints, tokens, options);
        this.tasks = new TaskCalls(caller);
        this.cluster = new ClusterCalls(caller);
        this.executor = options.executor();
    }

    /** Calls about tasks. */
    public TaskCalls tasks() {
        return tasks;
    }

    /** Calls about the farm. */
    public ClusterCalls cluster() {
        return cluster;
    }

    /** Hands in a submission, in parts if it is large. */
    public Submitted submit(Submission submission) {
        return submit(ToProto.submission(submission));
    }

    /** What would become of a submission; nothing is stored. */
    public Plan plan(Submission submission) {
        Submitted would =
                submit(ToProto.submission(submission).toBuilder().setDryRun(true).build());
        return new Plan(
                would.runDir(),
                would.tasks().stream().map(Submitted.StoredTask::fullname).toList(),
                would.prospects());
    }

    private Submitted submit(SubmitRequest request) {
        if (!ChunkedSubmit.isNeeded(request)) {
            return TasksFromProto.submitted(
                    caller.call(TaskServiceGrpc.getSubmitMethod(), request));
        }
        List<SubmitRequest> parts = ChunkedSubmit.parts(request);
        Duration limit =
                caller.deadline().compareTo(CHUNKED_DEADLINE) > 0
                        ? caller.deadline()
                        : CHUNKED_DEADLINE;
        SubmitResponse response =
                caller.call(
                        limit, (channel, options) -> ChunkedSubmit.send(channel, options, parts));
        return TasksFromProto.submitted(response);
    }

    /** The tasks of a query, to be listened to. */
    public TaskFeed feed(TaskQuery query) {
        return new TaskFeed(loops(query), executor);
    }

    /** See {@code MeowClient}. */
    public Watch<TaskEvent> watch(TaskQuery query, Consumer<TaskEvent> consumer) {
        EventWatch watch = new EventWatch(executor, consumer, loops(query));
        watch.start();
        return watch;
    }

    /** A reader that opens its stream when it is first read. */
    public LogReader logReader(
            String fullname, LogKind kind, int attempt, LogStart start, boolean follow) {
        LogReader reader =
                new LogReader(
                        caller,
                        running,
                        new LogReader.Target(fullname, kind, attempt, start, follow));
        running.add(reader);
        return reader;
    }

    /** See {@code MeowClient}. */
    public WaitResult awaitAll(TaskQuery query, Duration timeout, Consumer<TaskInfo> listener)
            throws TimeoutException, InterruptedException {
        return new Waiter(tasks, query, listener).await(timeout, loops(Waiter.anyStatus(query)));
    }

    /** Waits for a future of ours; what it failed with is thrown as it is. */
    public static <T> T await(CompletableFuture<T> future, Duration timeout, String what)
            throws TimeoutException, InterruptedException {
        try {
            return future.get(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException(what + " after " + timeout);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MeowException told) {
                throw told;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            future.cancel(false);
        }
    }

    @Override
    public void close() {
        running.endAll();
        // Not multipliedBy: what it loads costs a command a tenth of its time.
        endpoints.close(caller.deadline().plus(caller.deadline()));
    }

    private Function<EventLoop.Sink, EventLoop> loops(TaskQuery query) {
        return sink -> new EventLoop(caller, tasks, running, query, sink);
    }
}
