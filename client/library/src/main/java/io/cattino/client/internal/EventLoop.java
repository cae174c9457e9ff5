package io.cattino.client.internal;

import io.cattino.client.MeowException;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskQuery;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.WatchEventsRequest;
import io.cattino.proto.v1.WatchEventsResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the events of a query for as long as it is wanted: takes the stream up again by revision
 * where it broke, at whichever coordinator leads then, and reads everything anew when events were
 * forgotten meanwhile. Runs on a virtual thread of its own, from which the sink is called.
 */
final class EventLoop implements Runnable, Running.Ending, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Begins with the present state of the tasks. */
    static final long LIST_FIRST = -1;

    /** Begins with what happens from now on. */
    static final long FROM_NOW = -2;

    private final Caller caller;
    private final TaskCalls tasks;
    private final Running running;
    private final TaskQuery query;
    private final Sink sink;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable ServerStream<WatchEventsResponse> stream;

    /** Where to go on from, once something was read; before: one of the two below. */
    private long revision = LIST_FIRST;

    private int failures;

    /** Who wants the events. */
    interface Sink {
        /** The tasks as they are now; events that follow come after this. */
        void listed(Snapshot snapshot) throws InterruptedException;

        void event(TaskEvent event) throws InterruptedException;

        /** Nothing follows. */
        void failed(MeowException why);
    }

    EventLoop(Caller caller, TaskCalls tasks, Running running, TaskQuery query, Sink sink) {
        this.caller = caller;
        this.tasks = tasks;
        this.running = running;
        this.query = query;
        this.sink = sink;
    }

    /** Begins, once, after that revision, or as one of the constants says. */
    void start(long from) {
        revision = from;
        running.add(this);
        if (!isClosed()) {
            Thread.ofVirtual().name("cattino-events").start(this);
        }
    }

    @Override
    public void end(MeowException why) {
        close();
        sink.failed(why);
    }

    @Override
    public void close() {
        closing.countDown();
        running.remove(this);
        ServerStream<?> open = stream;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void run() {
        try {
            while (!isClosed()) {
                try {
                    readOn();
                } catch (StatusRuntimeException | MeowException e) {
                    if (!isClosed() && !survives(e)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("following events ended by a fault of the library", e);
            sink.failed(
                    new MeowException("internal: " + e, MeowException.Details.of("INTERNAL"), e));
        } finally {
            running.remove(this);
        }
    }

    /** Takes up where the last stream ended, until this one ends. */
    private void readOn() throws InterruptedException {
        if (revision == LIST_FIRST) {
            list();
        } else if (revision == FROM_NOW) {
            revision = tasks.revision();
        }
        WatchEventsRequest request =
                WatchEventsRequest.newBuilder()
                        .setQuery(ToProto.query(query))
                        .setAfterRevision(revision)
                        .build();
        try (ServerStream<WatchEventsResponse> opened =
                caller.open(TaskServiceGrpc.getWatchEventsMethod(), request)) {
            stream = opened;
            if (isClosed()) {
                return;
            }
            read(opened);
        } finally {
            stream = null;
        }
        pause(new IllegalStateException("the coordinator ended the stream"));
    }

    private void read(ServerStream<WatchEventsResponse> opened) throws InterruptedException {
        try {
            for (WatchEventsResponse message = opened.next();
                    message != null;
                    message = opened.next()) {
                failures = 0;
                deliver(message);
                revision = Math.max(revision, message.getRevision());
                if (isClosed()) {
                    return;
                }
            }
        } catch (StatusRuntimeException e) {
            if (!isClosed()) {
                caller.streamEnded(opened, e);
                if (!opened.isWorthRepeating()) {
                    throw e;
                }
            }
        }
    }

    private void deliver(WatchEventsResponse message) throws InterruptedException {
        TaskEvent event =
                message.hasEvent()
                        ? TasksFromProto.event(message.getRevision(), message.getEvent())
                        : null;
        if (event != null) {
            sink.event(event);
        }
    }

    private void list() throws InterruptedException {
        Snapshot snapshot = tasks.snapshot(query);
        sink.listed(snapshot);
        revision = snapshot.revision();
    }

    /** Deals with a failure; false if it is for good. */
    private boolean survives(RuntimeException why) throws InterruptedException {
        if (why instanceof StatusRuntimeException call
                && Errors.hasReason(call, Errors.COMPACTED)) {
            LOG.info("events after revision={} are forgotten, listing anew", revision);
            try {
                list();
                return true;
            } catch (MeowException e) {
                return survives(e);
            }
        }
        if (Errors.isTransient(why)) {
            LOG.debug("events broke off at revision={}, going on soon", revision, why);
            pause(why);
            return true;
        }
        sink.failed(caller.failure(why) instanceof MeowException told ? told : Errors.closed());
        return false;
    }

    /** Not at all before each address was tried; then longer and longer. */
    private void pause(Throwable why) throws InterruptedException {
        failures++;
        if (failures >= caller.addresses()) {
            Duration interval = caller.interval(failures - caller.addresses() + 1, why);
            if (closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.trace("closed while waiting");
            }
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }
}
