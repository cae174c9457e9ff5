package io.cattino.agent.link;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One Session stream: counts and orders what goes out, and notes when something came in. */
final class SessionStream implements ClientResponseObserver<SessionRequest, SessionResponse> {

    private final BiConsumer<SessionStream, SessionResponse> receiver;
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable ClientCallStreamObserver<SessionRequest> requests;

    @GuardedBy("lock")
    private long sequence;

    private volatile long lastHeardNanos = System.nanoTime();

    /**
     * @param receiver called for each message in order, on gRPC's threads
     */
    SessionStream(BiConsumer<SessionStream, SessionResponse> receiver) {
        this.receiver = receiver;
    }

    void open(AgentServiceGrpc.AgentServiceStub stub, Hello hello) {
        var _ = stub.session(this);
        send(SessionRequest.newBuilder().setHello(hello), true);
    }

    void report(AttemptReport report) {
        send(SessionRequest.newBuilder().setReport(report), true);
    }

    /** Sent only if the stream can take it now: a late heartbeat is worth nothing. */
    void heartbeat(Heartbeat heartbeat) {
        send(SessionRequest.newBuilder().setHeartbeat(heartbeat), false);
    }

    void logUnavailable(LogUnavailable answer) {
        send(SessionRequest.newBuilder().setLogUnavailable(answer), true);
    }

    /** Says goodbye and ends the stream. */
    void leave(Goodbye goodbye) {
        send(SessionRequest.newBuilder().setGoodbye(goodbye), true);
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
