package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.client.MeowException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts the token on every call. It may come from a file, which a new server writes anew.
 * Thread-safe.
 */
final class Tokens implements ClientInterceptor {

    static final Metadata.Key<String> HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final String SCHEME = "Bearer ";

    private final @Nullable Path file;

    @GuardedBy("this")
    private @Nullable String token;

    @GuardedBy("this")
    private boolean read;

    Tokens(@Nullable String token, @Nullable Path file) {
        this.token = token;
        this.file = token == null ? file : null;
    }

    /** Reads the file again after a refusal; true if there is another token now. */
    synchronized boolean refresh() {
        if (file == null) {
            return false;
        }
        String before = token;
        token = read(file);
        return token != null && !Objects.equals(before, token);
    }

    /** What a person can do about a refusal. */
    synchronized String hint() {
        if (token != null) {
            return file == null
                    ? "the token is not the server's"
                    : "the token in %s is not the server's".formatted(file);
        }
        return file == null
                ? "say where its token is: CATTINO_TOKEN_FILE for meow, tokenFile(...) in Java"
                : "there is no token in %s".formatted(file);
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        String present = authorization();
        ClientCall<Q, R> call = next.newCall(method, options);
        if (present == null) {
            return call;
        }
        return new SimpleForwardingClientCall<>(call) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                headers.put(HEADER, present);
                super.start(listener, headers);
            }
        };
    }

    /** What shows the token; null if there is none. */
    synchronized @Nullable String authorization() {
        if (!read && file != null) {
            token = read(file);
        }
        read = true;
        return token == null ? null : SCHEME + token;
    }

    /** A missing file is no failure yet: a server that is not there either is the better news. */
    private static @Nullable String read(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.isEmpty() ? null : text;
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            throw new MeowException.PermissionDenied(
                    "cannot read the token in " + file,
                    MeowException.Details.of(
                            "UNAUTHENTICATED",
                            "make the file readable for this user, and only this user"),
                    e);
        }
    }
}
