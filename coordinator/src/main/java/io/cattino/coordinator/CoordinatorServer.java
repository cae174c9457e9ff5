package io.cattino.coordinator;

import io.cattino.coordinator.agents.AgentServiceEndpoint;
import io.cattino.coordinator.agents.AgentSessions;
import io.cattino.coordinator.agents.LogRelay;
import io.cattino.coordinator.agents.SessionParts;
import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.http.ConnectBridge;
import io.cattino.coordinator.http.HttpEndpoint;
import io.cattino.coordinator.http.Readiness;
import io.cattino.coordinator.http.Route;
import io.cattino.coordinator.http.StandardRoutes;
import io.cattino.coordinator.loop.LastKnown;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.cattino.coordinator.rpc.GrpcEndpoint;
import io.cattino.coordinator.rpc.LocalCalls;
import io.cattino.coordinator.rpc.ServerFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator's ports: open as long as the process lives, whoever leads. A leadership of this
 * process is served from {@link #serve} on until what that returns is closed; without one, callers
 * are told who may lead. Any thread.
 */
public final class CoordinatorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);
    private static final Duration SCRAPE = Duration.ofSeconds(5);
    private static final long PROBE_SECONDS = 2;

    private final CoordinatorConfig config;
    private final Seat seat;
    private final CoordinatorMetrics metrics;
    private final GrpcEndpoint grpc;
    private final HttpEndpoint http;

    /**
     * Opens the ports.
     *
     * @param metrics of this process
     * @param queue what is known of the leadership while nobody leads here
     * @param onShutdown ends the process when {@code exit} of an all-in-one server is done; called
     *     once, on a thread of its own
     * @throws IOException if a port cannot be had; nothing is left open then
     */
    public static CoordinatorServer open(
            CoordinatorConfig config,
            CoordinatorMetrics metrics,
            Seat.Queue queue,
            Runnable onShutdown)
            throws IOException {
        return new CoordinatorServer(config, metrics, queue, onShutdown);
    }

    private CoordinatorServer(
            CoordinatorConfig config,
            CoordinatorMetrics metrics,
            Seat.Queue queue,
            Runnable onShutdown)
            throws IOException {
        this.config = config;
        this.seat = new Seat(queue);
        this.metrics = metrics;
        grpc =
                GrpcEndpoint.open(
                        config,
                        seat,
                        new GrpcEndpoint.Parts(
                                new AgentServiceEndpoint(seat::sessions, seat::ledBy),
                                new RelayedLogs(() -> seat.sessions().map(SessionParts::logs)),
                                metrics::handled,
                                facts(config),
                                onShutdown));
        http = openHttp();
    }

    /**
     * Serves a leadership. Closing what is returned ends its agents' sessions; the loop is the
     * caller's.
     *
     * @param leader started
     * @param sessions where its effects go
     * @param addresses by which tasks and agents reach the farm, {@code host:port[/http]}
     */
    public Serving serve(Leader leader, AgentSessions sessions, Supplier<List<String>> addresses) {
        CoordinatorMetrics.Observation observation = metrics.observe(leader, SCRAPE);
        seat.take(
                new SessionParts(
                        leader,
                        sessions,
                        new LogRelay(sessions),
                        config.clusterId(),
                        addresses,
                        config.heartbeat(),
                        config.sample(),
                        config.stopGrace(),
                        InstantSource.system()));
        LOG.info("serving: grpc={} http={} epoch={}", grpc.port(), http.port(), leader.epoch());
        return () -> {
            seat.vacate();
            sessions.end();
            observation.close();
        };
    }

    /** A leadership that is served. */
    @FunctionalInterface
    public interface Serving extends AutoCloseable {
        @Override
        void close();
    }

    /** Who leads here, from one leadership to the next. */
    Leader leader() {
        return seat;
    }

    /** What may be read while nobody leads. */
    void remember(LastKnown known) {
        seat.remember(known);
    }

    /**
     * Who leads elsewhere has written this, which is not shown here.
     *
     * @param revision of the newest fact that was read
     */
    void followed(long revision) {
        seat.forget();
        metrics.known(revision);
    }

    private HttpEndpoint openHttp() throws IOException {
        StandardRoutes routes =
                new StandardRoutes(
                        metrics.registry(), this::health, this::readiness, this::leadership);
        List<Route> all = new ArrayList<>(routes.all());
        LocalCalls local = grpc.local();
        all.addAll(new ConnectBridge(local.channel()).routes(local.services()));
        try {
            return HttpEndpoint.open(config, all);
        } catch (IOException e) {
            grpc.close();
            throw e;
        }
    }

    private static ServerFacts facts(CoordinatorConfig config) {
        BuildInfo build = BuildInfo.of(CoordinatorServer.class);
        return new ServerFacts(
                config.clusterId(),
                hostName(),
                ProcessHandle.current().pid(),
                build.version(),
                build.revision(),
                InstantSource.system().instant(),
                config.allInOne(),
                config.home().toString());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            // A machine without a name of its own in any directory: nothing depends on it.
            return "localhost";
        }
    }

    public int grpcPort() {
        return grpc.port();
    }

    public int httpPort() {
        return http.port();
    }

    /** {@code host:port} by which tasks and people reach this server. */
    public String address() {
        return config.addressAt(grpc.port());
    }

    /**
     * Whether it is fit for work: it leads, and all in one its agent has registered and told what
     * its devices have. Waits a moment at most.
     */
    public Readiness readiness() {
        if (epoch().isEmpty()) {
            return new Readiness(false, "not leading" + away());
        }
        if (config.allInOne()
                && seat.sessions().map(it -> it.sessions().connected()).orElse(0) == 0) {
            return new Readiness(false, "the agent has not registered yet");
        }
        if (config.allInOne() && !ask(CoordinatorServer::isMeasured).orElse(false)) {
            return new Readiness(false, "the agent has not measured its devices yet");
        }
        return new Readiness(true, "ready");
    }

    private Readiness health() {
        if (!seat.isTaken()) {
            return new Readiness(true, "standing by" + away());
        }
        if (epoch().isPresent()) {
            return new Readiness(true, "ok");
        }
        // Its loop waits for the store: the process is worth keeping.
        return seat.isStoreAway()
                ? new Readiness(true, "leading" + away())
                : new Readiness(false, "the loop does not answer");
    }

    private String away() {
        return seat.isStoreAway()
                ? ": the state store has no quorum, or cannot be reached from here"
                : "";
    }

    private StandardRoutes.Leadership leadership() {
        Optional<Long> epoch = epoch();
        return new StandardRoutes.Leadership(
                epoch.isPresent(),
                epoch.isPresent() ? address() : seat.ledBy().replaceFirst("/.*", ""),
                epoch.orElse(seat.epoch()));
    }

    /** Of the leadership, if the loop answers. */
    private Optional<Long> epoch() {
        return ask(view -> view.state().epoch());
    }

    private static boolean isMeasured(View view) {
        return view.state().nodes().stream()
                .flatMap(node -> view.contact(node.id()).stream())
                .anyMatch(contact -> contact.connected() && !contact.samples().isEmpty());
    }

    /** What the leader says within a moment; empty if it does not. */
    private <T> Optional<T> ask(Function<View, T> question) {
        try {
            return Optional.of(seat.read(question).get(PROBE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Closes the ports, first the one that probes look at. */
    @Override
    public void close() {
        http.close();
        grpc.close();
    }
}
