package io.cattino.coordinator.rpc;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Tells somebody how every call ended. Any thread. */
final class CallInterceptor implements ServerInterceptor {
    private final GrpcEndpoint.CallListener listener;

    CallInterceptor(GrpcEndpoint.CallListener listener) {
        this.listener = listener;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        return next.startCall(
                new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        listener.ended(
                                String.valueOf(method.getServiceName()),
                                String.valueOf(method.getBareMethodName()),
                                status.getCode().name());
                        super.close(status, trailers);
                    }
                },
                headers);
    }
}
