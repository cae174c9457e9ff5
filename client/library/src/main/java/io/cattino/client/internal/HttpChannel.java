package io.cattino.client.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries unary calls over the HTTP port of a coordinator, which the JDK speaks without ado; gRPC's
 * own connection takes a second to start, and is made only for a stream, or when there is no such
 * port. For programs that live for one call. Thread-safe.
 */
final class HttpChannel extends ManagedChannel {

    private final Address address;
    private final String base;
    private final Tokens tokens;
    private final Supplier<ManagedChannel> connector;

    @GuardedBy("this")
    private @Nullable ManagedChannel grpc;

    @GuardedBy("this")
    private int calls;

    @GuardedBy("this")
    private boolean shutdown;

    /**
     * @param address with an HTTP port
     * @param plaintext whether without TLS
     * @param connector makes gRPC's connection
     */
    HttpChannel(
            Address address, boolean plaintext, Tokens tokens, Supplier<ManagedChannel> connector) {
        this.address = address;
        this.base = (plaintext ? "http://" : "https://") + address.http();
        this.tokens = tokens;
        this.connector = connector;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        if (method.getType() != MethodType.UNARY) {
            return grpc().newCall(method, options);
        }
        return new HttpCall<>(this, method, options);
    }

    /** Without a slash at the end. */
    String base() {
        return base;
    }

    Tokens tokens() {
        return tokens;
    }

    /** gRPC's connection, made at the first stream. */
    synchronized ManagedChannel grpc() {
        ManagedChannel present = grpc;
        if (present == null) {
            present = connector.get();
            grpc = present;
            if (shutdown) {
                present.shutdown();
            }
        }
        return present;
    }

    /** Whether a call may begin; {@link #ended} has to be told of its end. */
    synchronized boolean begin() {
        if (!shutdown) {
            calls++;
        }
        return !shutdown;
    }

    synchronized void ended() {
        calls--;
        notifyAll();
    }

    @Override
    public String authority() {
        return address.toString();
    }

    /** There is nothing to wait for: each call connects by itself. */
    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return ConnectivityState.READY;
    }

    @Override
    public synchronized void resetConnectBackoff() {
        if (grpc != null) {
            grpc.resetConnectBackoff();
        }
    }

    @Override
    public synchronized ManagedChannel shutdown() {
        shutdown = true;
        if (grpc != null) {
            grpc.shutdown();
        }
        return this;
    }

    /** Calls over HTTP end at their deadline. */
    @Override
    public synchronized ManagedChannel shutdownNow() {
        shutdown = true;
        if (grpc != null) {
            grpc.shutdownNow();
        }
        return this;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown && calls == 0 && (grpc == null || grpc.isTerminated());
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        ManagedChannel made;
        synchronized (this) {
            while (calls > 0) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            made = grpc;
        }
        return made == null || made.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
