package io.cattino.client.internal;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream from a coordinator, read message by message: at most two are under way, so a slow reader
 * slows the sender. One thread reads; any may close.
 */
final class ServerStream<R> implements AutoCloseable {

    private static final int WINDOW = 2;

    private final Endpoint endpoint;
    private final ClientCall<?, R> call;
    private final BlockingQueue<Arrival<R>> arrivals = new LinkedBlockingQueue<>();
    private boolean worthRepeating;

    /** A message, or the end with its status. */
    private record Arrival<R>(@Nullable R message, @Nullable StatusRuntimeException end) {}

    <Q> ServerStream(Endpoint endpoint, ClientCall<Q, R> call, Q request) {
        this.endpoint = endpoint;
        this.call = call;
        call.start(
                new ClientCall.Listener<R>() {
                    @Override
                    public void onMessage(R message) {
                        arrivals.add(new Arrival<>(message, null));
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        arrivals.add(new Arrival<>(null, status.asRuntimeException(trailers)));
                    }
                },
                new Metadata());
        call.request(WINDOW);
        call.sendMessage(request);
        call.halfClose();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether a refusal was for a reason that is gone now. */
    boolean isWorthRepeating() {
        return worthRepeating;
    }

    void setWorthRepeating(boolean worth) {
        this.worthRepeating = worth;
    }

    /**
     * The next message; blocks until there is one.
     *
     * @return null when the stream ended well
     * @throws StatusRuntimeException when it ended otherwise, also by {@link #close}
     */
    @Nullable R next() throws InterruptedException {
        Arrival<R> arrival = arrivals.take();
        StatusRuntimeException end = arrival.end();
        if (end == null) {
            call.request(1);
            return arrival.message();
        }
        arrivals.add(arrival);
        if (end.getStatus().isOk()) {
            return null;
        }
        throw end;
    }

    /** Gives the stream up. */
    @Override
    public void close() {
        call.cancel("closed by the client", null);
    }
}
