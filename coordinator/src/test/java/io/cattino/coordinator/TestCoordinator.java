package io.cattino.coordinator;

import io.cattino.coordinator.agents.AgentSessions;
import io.cattino.coordinator.config.AccessToken;
import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.journal.InMemoryJournalStore;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.loop.Clock;
import io.cattino.coordinator.loop.CoreLoop;
import io.cattino.coordinator.loop.EffectSink;
import io.cattino.coordinator.loop.LoopListener;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.cattino.proto.v1.TaskSpec;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A whole coordinator on free ports, its journal in memory, and a client of it. */
public final class TestCoordinator implements AutoCloseable {
    public static final String TOKEN = "0123456789abcdef0123456789abcdef";
    public static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** Who may lead, says this one once it does not. */
    public static final String OTHER = "other.example:1/2";

    private static final AtomicLong IDS = new AtomicLong();

    public final InMemoryJournalStore store = new InMemoryJournalStore();
    public final CountDownLatch shutdown = new CountDownLatch(1);
    private final CoordinatorServer server;
    private final CoordinatorServer.Serving serving;
    private boolean vacant;

    /** Who may lead while nobody does here; empty: the state store is away. */
    private volatile String other = OTHER;

    private final ManagedChannel channel;
    private final CoreLoop loop;

    private TestCoordinator(UnaryOperator<CoordinatorConfig.Builder> changes) throws IOException {
        CoordinatorConfig config =
                changes.apply(
                                CoordinatorConfig.builder(
                                                Path.of("/srv/home"),
                                                new AccessToken(TOKEN),
                                                store.clusterId())
                                        .grpcPort(0)
                                        .httpPort(0)
                                        .zone(ZoneOffset.UTC))
                        .build();
        CoordinatorMetrics metrics =
                new CoordinatorMetrics(
                        new CollectorRegistry(), BuildInfo.of(CoordinatorServer.class));
        AgentSessions sessions = new AgentSessions();
        loop = lead(sessions, metrics);
        Seat.Queue queue =
                new Seat.Queue() {
                    @Override
                    public String ledBy() {
                        return other;
                    }

                    @Override
                    public boolean isStoreAway() {
                        return other.isEmpty();
                    }
                };
        server = CoordinatorServer.open(config, metrics, queue, shutdown::countDown);
        serving = server.serve(loop, sessions, () -> List.of(server.address()));
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                        // Fixed, so that tests know how much lies on the way.
                        .flowControlWindow(64 * 1024)
                        .usePlaintext()
                        .build();
    }

    public static TestCoordinator start() throws IOException {
        return start(config -> config);
    }

    public static TestCoordinator start(UnaryOperator<CoordinatorConfig.Builder> changes)
            throws IOException {
        return new TestCoordinator(changes);
    }

    private CoreLoop lead(EffectSink effects, LoopListener listener) throws IOException {
        try {
            JournalStore.Leadership leadership = store.lead("test:0");
            Clock clock =
                    new Clock(leadership.state().now(), System::nanoTime, InstantSource.system());
            CoreLoop made =
                    new CoreLoop(
                            new SchedulerCore(leadership.state(), "/srv/home"),
                            leadership.journal(),
                            clock,
                            effects,
                            listener,
                            _ -> {});
            made.start("test:0").join();
            return made;
        } catch (JournalException e) {
            throw new IOException(e);
        }
    }

    /** Nobody leads here any more; the ports stay open. */
    public void vacate() {
        if (!vacant) {
            vacant = true;
            serving.close();
        }
    }

    /** The same because the state store is away; what was last known may be read. */
    public void vacateWithoutStore() {
        other = "";
        vacate();
        loop.close();
        loop.left().ifPresent(server::remember);
    }

    /** Somebody leads, elsewhere. */
    public void otherLeads() {
        other = OTHER;
    }

    public CoordinatorServer server() {
        return server;
    }

    public CoreLoop loop() {
        return loop;
    }

    /** Without the token. */
    public ManagedChannel bareChannel() {
        return channel;
    }

    /** With the token. */
    public Channel channel() {
        return ClientInterceptors.intercept(channel, withToken(TOKEN));
    }

    public TaskServiceGrpc.TaskServiceBlockingStub tasks() {
        return TaskServiceGrpc.newBlockingStub(channel());
    }

    public TaskServiceGrpc.TaskServiceStub tasksAsync() {
        return TaskServiceGrpc.newStub(channel());
    }

    public ClusterServiceGrpc.ClusterServiceBlockingStub cluster() {
        return ClusterServiceGrpc.newBlockingStub(channel());
    }

    public AgentServiceGrpc.AgentServiceStub agents() {
        return AgentServiceGrpc.newStub(channel());
    }

    public static ClientInterceptor withToken(String token) {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return new ForwardingClientCall.SimpleForwardingClientCall<>(
                        next.newCall(method, options)) {
                    @Override
                    public void start(Listener<A> listener, Metadata headers) {
                        headers.put(AUTHORIZATION, "Bearer " + token);
                        super.start(listener, headers);
                    }
                };
            }
        };
    }

    /** A request id that was never used before. */
    public static String newId() {
        return String.format("01%024d", IDS.incrementAndGet());
    }

    /** A submission of tasks of these names, each {@code true}. */
    public static SubmitRequest.Builder submission(String... names) {
        SubmitRequest.Builder out =
                SubmitRequest.newBuilder()
                        .setRequestId(newId())
                        .setContext(
                                Context.newBuilder()
                                        .setWorkingDirectory("/home/ann")
                                        .putEnvironment("PATH", "/bin")
                                        .setUmask(18)
                                        .setUser("ann"));
        for (String name : names) {
            out.addTasks(task(name));
        }
        return out;
    }

    /** The same by another user. */
    public static SubmitRequest.Builder submissionOf(String user, String... names) {
        SubmitRequest.Builder out = submission(names);
        out.getContextBuilder().setUser(user);
        return out;
    }

    public static TaskSpec.Builder task(String name) {
        return TaskSpec.newBuilder()
                .setFullname(name)
                .setCommand(Command.newBuilder().addArgv("true"));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        vacate();
        server.close();
        loop.close();
    }
}
