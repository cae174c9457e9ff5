package io.cattino.client.internal;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One unary call as an HTTP request, by the rules of the Connect protocol. It is made on the thread
 * that ends the request ({@link #halfClose}), which waits for it; an interrupt does not end it, its
 * deadline does. Where nobody listens, or somebody who is no coordinator, the call goes by gRPC.
 */
final class HttpCall<Q, R> extends ClientCall<Q, R> {

    private static final String TYPE = "application/proto";
    private static final String STATUS = "Trailer-Grpc-Status-Details-Bin";
    private static final long CONNECT_MILLIS = 3_000;
    private static final long LONGEST_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final HttpChannel channel;
    private final MethodDescriptor<Q, R> method;
    private final CallOptions options;
    private @Nullable Listener<R> listener;
    private @Nullable Q request;
    private volatile @Nullable String cancelled;
    private volatile @Nullable HttpURLConnection inFlight;
    private volatile Context.@Nullable CancellableContext fallback;
    private Metadata headers = new Metadata();
    private @Nullable Metadata answered;

    HttpCall(HttpChannel channel, MethodDescriptor<Q, R> method, CallOptions options) {
        this.channel = channel;
        this.method = method;
        this.options = options;
    }

    @Override
    public void start(Listener<R> responses, Metadata with) {
        this.listener = responses;
        this.headers = with;
    }

    /** There is one message, and it comes when it is there. */
    @Override
    public void request(int messages) {}

    @Override
    public void sendMessage(Q message) {
        this.request = message;
    }

    /** By any thread; whoever waits for the answer is told at once. */
    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        this.cancelled = message == null ? "cancelled" : message;
        HttpURLConnection waiting = inFlight;
        if (waiting != null) {
            waiting.disconnect();
        }
        Context.CancellableContext grpc = fallback;
        if (grpc != null) {
            grpc.cancel(null);
        }
    }

    /** Asked again after whatever {@link #cancel} could end was told of it. */
    private void goOn() {
        String why = cancelled;
        if (why != null) {
            throw Status.CANCELLED.withDescription(why).asRuntimeException();
        }
    }

    @Override
    public void halfClose() {
        Listener<R> told = listener;
        Q asked = request;
        if (told == null || asked == null) {
            throw new IllegalStateException("a call without a request");
        }
        R answer;
        try {
            answer = answer(asked);
        } catch (StatusRuntimeException e) {
            Metadata trailers = e.getTrailers();
            told.onClose(e.getStatus(), trailers == null ? new Metadata() : trailers);
            return;
        }
        Metadata came = answered;
        if (came != null) {
            told.onHeaders(came);
        }
        told.onMessage(answer);
        told.onClose(Status.OK, new Metadata());
    }

    private R answer(Q asked) {
        goOn();
        if (!channel.begin()) {
            throw Status.UNAVAILABLE
                    .withDescription("the connection is closed")
                    .asRuntimeException();
        }
        try {
            long millis = millisLeft();
            try {
                return overHttp(asked, millis);
            } catch (NoCoordinator _) {
                return overGrpc(asked, millis);
            }
        } finally {
            channel.ended();
        }
    }

    /** Nobody who speaks as a coordinator does; nothing happened. */
    private static final class NoCoordinator extends IOException {
        NoCoordinator(String message) {
            super(message);
        }
    }

    private R overHttp(Q asked, long millis) throws NoCoordinator {
        try {
            HttpURLConnection connection = open(millis);
            inFlight = connection;
            goOn();
            try (InputStream message = method.streamRequest(asked)) {
                connection.getOutputStream().write(message.readAllBytes());
            }
            return read(connection);
        } catch (NoCoordinator e) {
            throw e;
        } catch (ConnectException e) {
            throw new NoCoordinator(String.valueOf(e.getMessage()));
        } catch (SocketTimeoutException e) {
            throw timedOut(e);
        } catch (IOException e) {
            String why = cancelled;
            Status status =
                    why == null
                            ? Status.UNAVAILABLE.withDescription("the connection broke")
                            : Status.CANCELLED.withDescription(why);
            throw status.withCause(e).asRuntimeException();
        } finally {
            inFlight = null;
        }
    }

    private HttpURLConnection open(long millis) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection)
                        URI.create(channel.base() + "/" + method.getFullMethodName())
                                .toURL()
                                .openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setUseCaches(false);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout((int) Math.min(CONNECT_MILLIS, millis));
        connection.setReadTimeout((int) millis);
        connection.setRequestProperty("Content-Type", TYPE);
        connection.setRequestProperty("Accept", TYPE);
        connection.setRequestProperty("User-Agent", "cattino-java");
        connection.setRequestProperty("Connect-Protocol-Version", "1");
        connection.setRequestProperty("Connect-Timeout-Ms", Long.toString(millis));
        String authorization = channel.tokens().authorization();
        if (authorization != null) {
            connection.setRequestProperty("Authorization", authorization);
        }
        String stale = headers.get(StaleAnswers.HEADER);
        if (stale != null) {
            connection.setRequestProperty(StaleAnswers.HEADER.name(), stale);
        }
        return connection;
    }

    private long millisLeft() {
        Deadline deadline = options.getDeadline();
        if (deadline == null) {
            return LONGEST_MILLIS;
        }
        long millis = deadline.timeRemaining(TimeUnit.MILLISECONDS);
        if (millis <= 0) {
            throw Status.DEADLINE_EXCEEDED.asRuntimeException();
        }
        return Math.min(millis, LONGEST_MILLIS);
    }

    private R read(HttpURLConnection connection) throws IOException {
        int code = connection.getResponseCode();
        boolean well = code == HttpURLConnection.HTTP_OK;
        InputStream body = well ? connection.getInputStream() : connection.getErrorStream();
        // Read to its end in any case: then the connection serves the next call, too.
        byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
        if (well && TYPE.equals(connection.getContentType())) {
            String stale = connection.getHeaderField(StaleAnswers.HEADER.name());
            if (stale != null) {
                Metadata mark = new Metadata();
                mark.put(StaleAnswers.HEADER, stale);
                answered = mark;
            }
            return method.parseResponse(new ByteArrayInputStream(bytes));
        }
        String status = connection.getHeaderField(STATUS);
        if (well || status == null) {
            throw new NoCoordinator("HTTP " + code);
        }
        throw StatusProto.toStatusRuntimeException(status(status));
    }

    private static com.google.rpc.Status status(String header) throws IOException {
        try {
            return com.google.rpc.Status.parseFrom(Base64.getDecoder().decode(header));
        } catch (IllegalArgumentException e) {
            throw new IOException("a status that is none", e);
        }
    }

    /** In the words of gRPC: only an answer that does not come is a matter of the deadline. */
    private static StatusRuntimeException timedOut(SocketTimeoutException cause) {
        boolean connecting =
                String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("connect");
        Status status = connecting ? Status.UNAVAILABLE : Status.DEADLINE_EXCEEDED;
        Throwable told = connecting ? new ConnectException("connecting timed out") : cause;
        return status.withCause(told).asRuntimeException();
    }

    /** With its whole time again: what connecting took is not the call's. */
    private R overGrpc(Q asked, long millis) {
        Context.CancellableContext context = Context.current().withCancellation();
        fallback = context;
        Context outer = context.attach();
        try {
            goOn();
            return overGrpcHere(asked, millis);
        } finally {
            context.detach(outer);
            context.cancel(null);
        }
    }

    private R overGrpcHere(Q asked, long millis) {
        ManagedChannel grpc = channel.grpc();
        Channels.await(grpc, () -> cancelled == null);
        CallOptions renewed =
                options.getDeadline() == null
                        ? options
                        : options.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
        if (!headers.containsKey(StaleAnswers.HEADER)) {
            return ClientCalls.blockingUnaryCall(grpc, method, renewed, asked);
        }
        AtomicReference<Metadata> came = new AtomicReference<>(new Metadata());
        R answer =
                ClientCalls.blockingUnaryCall(
                        StaleAnswers.marking(grpc, headers, came), method, renewed, asked);
        answered = came.get();
        return answer;
    }
}
