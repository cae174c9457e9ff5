package io.cattino.coordinator.rpc;

import io.cattino.coordinator.config.AccessToken;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Lets through only calls that show the token in {@code authorization: Bearer <token>}; health
 * checks need none. Compared in constant time. Any thread.
 */
public final class TokenInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<String> OPEN = Set.of("grpc.health.v1.Health");

    private final AccessToken token;
    private final Path file;

    /**
     * Admits those who show this token.
     *
     * @param file where people find the token
     */
    public TokenInterceptor(AccessToken token, Path file) {
        this.token = token;
        this.file = file;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String shown = headers.get(AUTHORIZATION);
        String service = call.getMethodDescriptor().getServiceName();
        if (token.admits(shown) || (service != null && OPEN.contains(service))) {
            return next.startCall(call, headers);
        }
        StatusRuntimeException refusal =
                StatusMapper.unauthenticated(
                        shown == null
                                ? "the call shows no token"
                                : "the token is not this server's",
                        "the token is in " + file + "; send it as 'authorization: Bearer <token>'");
        Metadata trailers = refusal.getTrailers();
        call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
    }
}
