package io.cattino.agent.link;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.fence.BootClock;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.AttemptReport;
import io.cattino.proto.v1.Goodbye;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.LogUnavailable;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Session stream: counts and orders what goes out, and notes when something came in. */
final class SessionStream implements ClientResponseObserver<SessionRequest, SessionResponse> {

    private static final Logger LOG = LoggerFactory.getLogger(SessionStream.class);

    /** Each for the acknowledgement of a goodbye and for the end of the stream after it. */
    private static final Duration GOODBYE_WAIT = Duration.ofSeconds(5);

    private static final Duration END_WAIT = Duration.ofSeconds(2);

    /** So many heartbeats may be unanswered at most; silence breaks the stream long before. */
    private static final int MAX_BEATS = 1024;

    private final BiConsumer<SessionStream, SessionResponse> receiver;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable ClientCallStreamObserver<SessionRequest> requests;

    @GuardedBy("lock")
    private long sequence;

    @GuardedBy("lock")
    private final Deque<Beat> beats = new ArrayDeque<>();

    private final BootClock clock;
    private final CompletableFuture<Void> goodbyeHeard = new CompletableFuture<>();
    private volatile OptionalLong goodbyeSentAt = OptionalLong.empty();
    private volatile long received;
    private volatile long lastHeardNanos = System.nanoTime();

    /** A heartbeat of which nothing was heard yet, and when it was sent. */
    private record Beat(long monoMs, long sentMs) {}

    /**
     * @param clock that leases go by
     * @param receiver called for each message in order, on gRPC's threads
     */
    SessionStream(BootClock clock, BiConsumer<SessionStream, SessionResponse> receiver) {
        this.clock = clock;
        this.receiver = receiver;
    }

    void open(AgentServiceGrpc.AgentServiceStub stub, Hello hello) {
        var _ = stub.session(this);
        send(SessionRequest.newBuilder().setHello(hello), true);
    }

    void report(AttemptReport report) {
        send(SessionRequest.newBuilder().setReport(report), true);
    }

    /**
     * Sent only if the stream can take it now: a late heartbeat is worth nothing. Says as well what
     * has arrived.
     */
    void heartbeat(Heartbeat heartbeat) {
        Heartbeat.Builder beat = heartbeat.toBuilder().setReceived(received);
        lock.lock();
        try {
            if (beats.size() == MAX_BEATS) {
                beats.removeFirst();
            }
            // The time before it is sent: the lease that it brings must not be too long.
            beats.add(new Beat(beat.getMonoMs(), clock.millis()));
            send(SessionRequest.newBuilder().setHeartbeat(beat), false);
        } finally {
            lock.unlock();
        }
    }

    /**
     * When the heartbeat was sent that is acknowledged; empty if there was none in this session.
     */
    OptionalLong sentAt(long monoMs) {
        lock.lock();
        try {
            while (!beats.isEmpty() && beats.getFirst().monoMs() <= monoMs) {
                Beat beat = beats.removeFirst();
                if (beat.monoMs() == monoMs) {
                    return OptionalLong.of(beat.sentMs());
                }
            }
            return OptionalLong.empty();
        } finally {
            lock.unlock();
        }
    }

    void logUnavailable(LogUnavailable answer) {
        send(SessionRequest.newBuilder().setLogUnavailable(answer), true);
    }

    /** Says goodbye; completes when the leader has acknowledged it. */
    private CompletableFuture<Void> goodbye(Goodbye goodbye) {
        goodbyeSentAt = OptionalLong.of(clock.millis());
        send(SessionRequest.newBuilder().setGoodbye(goodbye), true);
        return goodbyeHeard;
    }

    OptionalLong goodbyeSentAt() {
        return goodbyeSentAt;
    }

    void goodbyeHeard() {
        goodbyeHeard.complete(null);
    }

    /** Says goodbye and ends; waits for the leader's acknowledgement, but not for long. */
    void leave(Goodbye goodbye) throws InterruptedException {
        try {
            Object _ =
                    CompletableFuture.anyOf(goodbye(goodbye), ended)
                            .get(GOODBYE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("goodbye_unanswered: the node counts as out of contact", e);
        }
        complete();
        try {
            String _ = ended.get(END_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException _) {
            drop("goodbye");
        }
    }

    /** Nothing more is sent. */
    private void complete() {
        lock.lock();
        try {
            if (requests != null && !ended.isDone()) {
                requests.onCompleted();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Breaks the stream. */
    void drop(String why) {
        lock.lock();
        try {
            if (requests != null) {
                requests.cancel(why, null);
            }
        } finally {
            lock.unlock();
        }
        ended.complete(why);
    }

    /** Completes, with the reason, when the stream is over. */
    CompletableFuture<String> ended() {
        return ended;
    }

    long silentNanos() {
        return System.nanoTime() - lastHeardNanos;
    }

    private void send(SessionRequest.Builder message, boolean always) {
        lock.lock();
        try {
            if (requests == null || ended.isDone() || (!always && !requests.isReady())) {
                return;
            }
            sequence++;
            requests.onNext(message.setSequence(sequence).build());
        } catch (IllegalStateException _) {
            // It ended while we looked away; what matters is sent again by the next one.
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<SessionRequest> stream) {
        lock.lock();
        try {
            requests = stream;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onNext(SessionResponse response) {
        lastHeardNanos = System.nanoTime();
        received = Math.max(received, response.getSequence());
        if (!ended.isDone()) {
            receiver.accept(this, response);
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(failure.toString());
    }

    @Override
    public void onCompleted() {
        ended.complete("the coordinator ended it");
    }
}
