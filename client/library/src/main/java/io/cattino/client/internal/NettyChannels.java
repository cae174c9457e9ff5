package io.cattino.client.internal;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Makes gRPC's connections. Apart from {@link Channels}, so that Netty is loaded for them only. */
final class NettyChannels {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_MESSAGE = 64 << 20;

    private NettyChannels() {}

    /**
     * A connection to an address, made at the first call. Its callbacks run on the network's own
     * threads, so they must not block.
     */
    static ManagedChannel connect(Address address, boolean plaintext, Tokens tokens) {
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(address.host(), address.port())
                        .directExecutor()
                        .disableRetry()
                        .disableServiceConfigLookUp()
                        .userAgent("cattino-java")
                        .maxInboundMessageSize(MAX_MESSAGE)
                        .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
                        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .withOption(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) CONNECT_TIMEOUT.toMillis())
                        .intercept(new BrokenConnections(), tokens);
        if (plaintext) {
            builder.usePlaintext();
        } else {
            builder.useTransportSecurity();
        }
        return builder.build();
    }
}
