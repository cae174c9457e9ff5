package io.cattino.client.internal;

import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.GetStatusRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Doubts that an answer will come. A leader whose machine froze, or lost its network, says nothing;
 * so once a call has waited for a second, the other coordinators are asked whether one of them
 * leads by now. If so, the call is ended, to be made there. A leader that is only slow is left in
 * peace.
 *
 * <p>One for each call; the thread of the call, and its own.
 */
final class Doubt implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 1_000;
    private static final long INTERVAL_MILLIS = 250;

    /** For the answer of one that is asked. */
    private static final long ANSWER_MILLIS = 1_000;

    private final Endpoints endpoints;
    private final Endpoint asked;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Endpoint leader;
    private volatile @Nullable ClientCall<?, ?> call;

    /** Begins to wait for the answer of the one that is asked. */
    Doubt(Endpoints endpoints, Endpoint asked) {
        this.endpoints = endpoints;
        this.asked = asked;
        if (endpoints.size() > 1) {
            Thread.ofVirtual().name("doubt").start(this::watch);
        }
    }

    /** The channel to make the call over. */
    Channel watched(Channel channel) {
        return ClientInterceptors.intercept(channel, new Watched());
    }

    /** Another that is known to lead; null as long as there is none. */
    @Nullable Endpoint leader() {
        return leader;
    }

    /** The answer is there, or will not come. */
    @Override
    public void close() {
        over.countDown();
    }

    private void watch() {
        try {
            for (long wait = PATIENCE_MILLIS;
                    leader == null && !over.await(wait, TimeUnit.MILLISECONDS);
                    wait = INTERVAL_MILLIS) {
                leader = findLeader();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        endIfFounded();
    }

    private @Nullable Endpoint findLeader() {
        for (Endpoint other : endpoints.candidates()) {
            if (other != asked && over.getCount() > 0 && leads(other)) {
                return other;
            }
        }
        return null;
    }

    private static boolean leads(Endpoint other) {
        CallOptions soon =
                CallOptions.DEFAULT.withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        try {
            var _ =
                    ClientCalls.blockingUnaryCall(
                            other.channel(),
                            ClusterServiceGrpc.getGetStatusMethod(),
                            soon,
                            GetStatusRequest.getDefaultInstance());
            return true;
        } catch (RuntimeException _) {
            return false; // only a leader tells the status, and only one that can be asked is one
        }
    }

    /** By whoever comes last of the one who found a leader and the one who started the call. */
    private void endIfFounded() {
        ClientCall<?, ?> waiting = call;
        if (leader != null && waiting != null) {
            waiting.cancel("it does not answer, and another coordinator leads", null);
        }
    }

    private final class Watched implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(
                MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    super.start(listener, headers);
                    call = delegate();
                    endIfFounded();
                }
            };
        }
    }
}
