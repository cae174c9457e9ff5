package io.cattino.coordinator.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads that may be answered from what was last known while nobody leads: those whose caller says
 * {@code cattino-stale: accept}. An answer that was given so says {@code cattino-stale: SECONDS},
 * how long ago it was true. Whoever does not ask for that never gets it. Any thread.
 */
final class StaleReads implements ServerInterceptor {
    /** Of the request: {@link #ACCEPT}; of the response: seconds. */
    private static final String HEADER = "cattino-stale";

    private static final Metadata.Key<String> KEY =
            Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final String ACCEPT = "accept";
    private static final Context.Key<Permission> PERMISSION = Context.key(HEADER);
    private static final Set<String> READS =
            Set.of(
                    "cattino.v1.TaskService/ListTasks",
                    "cattino.v1.TaskService/GetTask",
                    "cattino.v1.TaskService/ExplainTask",
                    "cattino.v1.ClusterService/GetStatus",
                    "cattino.v1.ClusterService/ListNodes",
                    "cattino.v1.ClusterService/GetSettings");

    /** One call's leave to be answered so, and what was made of it. */
    static final class Permission {
        private volatile @Nullable Duration age;

        /** It is answered with what is so old. */
        void used(Duration old) {
            age = old;
        }

        /** How old the answer is; empty: it is not. */
        Optional<Duration> age() {
            return Optional.ofNullable(age);
        }
    }

    /** That of the call on this thread; empty if it has none. */
    static Optional<Permission> permission() {
        return Optional.ofNullable(PERMISSION.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!ACCEPT.equals(headers.get(KEY))
                || !READS.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        Permission permission = new Permission();
        return Contexts.interceptCall(
                Context.current().withValue(PERMISSION, permission),
                new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                    @Override
                    public void sendHeaders(Metadata response) {
                        permission
                                .age()
                                .ifPresent(
                                        age -> response.put(KEY, Long.toString(age.toSeconds())));
                        super.sendHeaders(response);
                    }
                },
                headers,
                next);
    }
}
