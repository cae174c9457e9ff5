package io.cattino.client.internal;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;

/**
 * Calls a connection that broke UNAVAILABLE, always: gRPC says UNKNOWN of a call that was begun
 * while the connection was being closed. Stateless; any thread.
 */
final class BrokenConnections implements ClientInterceptor {

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                super.onClose(plain(status), trailers);
                            }
                        },
                        headers);
            }
        };
    }

    /** The status, as it is if the server gave it: that has no cause on this side. */
    static Status plain(Status status) {
        return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException
                ? Status.UNAVAILABLE
                        .withDescription(status.getDescription())
                        .withCause(status.getCause())
                : status;
    }
}
