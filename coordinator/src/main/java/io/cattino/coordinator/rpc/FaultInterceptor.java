package io.cattino.coordinator.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last resort of every call: whatever a handler throws ends that call only, with a status. What
 * is a bug here goes to the log under a number, and the caller learns the number and nothing else.
 * Any thread.
 */
final class FaultInterceptor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(FaultInterceptor.class);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Guarded<Q, A> guarded = new Guarded<>(call, method);
        try {
            return new GuardedListener<>(next.startCall(guarded, headers), guarded);
        } catch (RuntimeException e) {
            guarded.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    private static StatusRuntimeException status(String method, Throwable cause) {
        if (cause.getCause() instanceof InvalidProtocolBufferException) {
            return StatusMapper.malformed(method);
        }
        return cause instanceof StatusRuntimeException known ? known : internal(method, cause);
    }

    private static StatusRuntimeException internal(String method, Throwable cause) {
        byte[] number = new byte[4];
        ThreadLocalRandom.current().nextBytes(number);
        String incident = HexFormat.of().formatHex(number);
        LOG.error("call failed method={} incident={}", method, incident, cause);
        return StatusMapper.internal(incident);
    }

    /** Closes the call once, and never with a cause that is unknown. */
    private static final class Guarded<Q, A>
            extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
        private final String method;
        private final AtomicBoolean closed = new AtomicBoolean();

        Guarded(ServerCall<Q, A> call, String method) {
            super(call);
            this.method = method;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            Throwable cause = status.getCause();
            if (status.getCode() == Status.Code.UNKNOWN && cause != null) {
                fail(cause);
            } else if (closed.compareAndSet(false, true)) {
                super.close(status, trailers);
            }
        }

        void fail(Throwable cause) {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            StatusRuntimeException e = status(method, cause);
            Metadata trailers = e.getTrailers();
            super.close(e.getStatus(), trailers == null ? new Metadata() : trailers);
        }
    }

    private static final class GuardedListener<Q>
            extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
        private final Guarded<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> listener, Guarded<Q, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guard(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guard(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guard(super::onReady);
        }

        @Override
        public void onCancel() {
            guard(super::onCancel);
        }

        @Override
        public void onComplete() {
            guard(super::onComplete);
        }

        private void guard(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                call.fail(e);
            }
        }
    }
}
