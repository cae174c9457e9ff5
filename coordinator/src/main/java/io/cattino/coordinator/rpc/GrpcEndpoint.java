package io.cattino.coordinator.rpc;

import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.loop.Leader;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The gRPC port: tasks, the farm, agents, health and reflection, each call on a virtual thread of
 * its own. Limits are those of F53 and F54: nothing that arrives can take more than its share of
 * memory, streams or time. Any thread.
 */
public final class GrpcEndpoint implements AutoCloseable {
    static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
    static final int MAX_METADATA_BYTES = 16 * 1024;
    static final int MAX_CALLS_PER_CONNECTION = 100;

    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_KEEP_ALIVE = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** What an attempt may take to end after its grace. */
    private static final Duration AFTER_GRACE = Duration.ofSeconds(60);

    private final Server server;
    private final ExecutorService executor;
    private final HealthStatusManager health;
    private final LocalCalls local;

    private GrpcEndpoint(
            Server server, ExecutorService executor, HealthStatusManager health, LocalCalls local) {
        this.server = server;
        this.executor = executor;
        this.health = health;
        this.local = local;
    }

    /**
     * What the port serves beside the leader.
     *
     * @param agents the agents' service
     * @param logs where logs come from
     * @param calls told how every call ended
     * @param onShutdown ends the process of an all-in-one server; called once, on a thread of its
     *     own
     */
    public record Parts(
            BindableService agents,
            LogSource logs,
            CallListener calls,
            ServerFacts facts,
            Runnable onShutdown) {}

    /** Told how every call ended. Must not block. */
    @FunctionalInterface
    public interface CallListener {
        void ended(String service, String method, String code);
    }

    /**
     * Opens the port; calls are answered at once.
     *
     * @throws IOException if the port cannot be had
     */
    public static GrpcEndpoint open(CoordinatorConfig config, Leader leader, Parts parts)
            throws IOException {
        ExecutorService executor =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-", 0).factory());
        HealthStatusManager health = new HealthStatusManager();
        AtomicInteger port = new AtomicInteger(config.grpcPort());
        List<ServerServiceDefinition> plain =
                services(config, leader, parts, health, () -> config.addressAt(port.get()));
        List<ServerServiceDefinition> services =
                plain.stream().map(service -> guarded(service, config, parts.calls())).toList();
        Server server = limits(config).executor(executor).addServices(services).build();
        LocalCalls local = LocalCalls.open(plain, services, executor);
        try {
            server.start();
        } catch (IOException e) {
            local.close();
            executor.close();
            BindException refused =
                    new BindException(
                            "cannot listen on "
                                    + config.host()
                                    + ":"
                                    + config.grpcPort()
                                    + " (gRPC): "
                                    + reason(e));
            refused.initCause(e);
            throw refused;
        }
        port.set(server.getPort());
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
        return new GrpcEndpoint(server, executor, health, local);
    }

    private static String reason(IOException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        // Netty says which call it made; the rest is the system's word.
        return String.valueOf(cause.getMessage()).replaceFirst("^bind\\(.*error\\(-\\d+\\): ", "");
    }

    private static NettyServerBuilder limits(CoordinatorConfig config) {
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(config.host(), config.grpcPort()))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .permitKeepAliveTime(SHORTEST_KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .keepAliveTimeout(SHORTEST_KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
                .handshakeTimeout(HANDSHAKE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<ServerServiceDefinition> services(
            CoordinatorConfig config,
            Leader leader,
            Parts parts,
            HealthStatusManager health,
            Supplier<String> address) {
        Answers answers = new Answers(leader);
        SubmissionCheck check = new SubmissionCheck(config.zone());
        ServerExit exit =
                new ServerExit(answers, config.stopGrace().plus(AFTER_GRACE), parts.onShutdown());
        return List.of(
                new TaskServiceEndpoint(answers, check, parts.logs(), SIGN_OF_LIFE).bindService(),
                new ClusterServiceEndpoint(answers, parts.facts(), address, exit).bindService(),
                parts.agents().bindService(),
                health.getHealthService().bindService(),
                ProtoReflectionServiceV1.newInstance().bindService());
    }

    /**
     * Messages are parsed inside the interceptors, so that bytes that are none end with a status of
     * ours.
     */
    private static ServerServiceDefinition guarded(
            ServerServiceDefinition service, CoordinatorConfig config, CallListener calls) {
        return ServerInterceptors.interceptForward(
                ServerInterceptors.useInputStreamMessages(service),
                new CallInterceptor(calls),
                new TokenInterceptor(config.token(), config.tokenFile()),
                new StaleReads(),
                new FaultInterceptor());
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** The services of people and programs, for the other port of this process. */
    public LocalCalls local() {
        return local;
    }

    /** Lets calls end for a moment, then cuts them off. */
    @Override
    public void close() {
        local.close();
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                var _ = server.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        }
        executor.shutdown();
    }
}
