package io.cattino.client.internal;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Makes connections. */
final class Channels {

    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_MILLIS = 100;

    private Channels() {}

    /**
     * A connection to an address, made at the first call.
     *
     * @param plaintext whether another machine is spoken to without TLS
     * @param http whether unary calls go over the HTTP port, if it is known
     */
    static ManagedChannel connect(Address address, boolean plaintext, boolean http, Tokens tokens) {
        boolean plain = plaintext || address.isLoopback();
        return http && address.http() != null
                ? new HttpChannel(
                        address, plain, tokens, () -> NettyChannels.connect(address, plain, tokens))
                : NettyChannels.connect(address, plain, tokens);
    }

    /**
     * Waits for a connection, if there is none yet. A first connection loads a thousand classes,
     * which takes seconds on a busy machine: that must not count against the deadline of a call.
     * Returns also if there is none to be had; the call will tell.
     *
     * @param wanted whether it is still; asked now and then
     */
    static void await(ManagedChannel channel, BooleanSupplier wanted) {
        long end = System.nanoTime() + CONNECT_NANOS;
        try {
            for (ConnectivityState state = channel.getState(true);
                    state == ConnectivityState.IDLE || state == ConnectivityState.CONNECTING;
                    state = channel.getState(true)) {
                CountDownLatch changed = new CountDownLatch(1);
                channel.notifyWhenStateChanged(state, changed::countDown);
                while (!changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    if (System.nanoTime() - end > 0 || !wanted.getAsBoolean()) {
                        return;
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
