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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leading coordinator with its ports open: the loop that the caller made, and the shells around
 * it. Closing it closes the ports; the loop is the caller's, who closes it afterwards. Any thread.
 */
public final class CoordinatorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);
    private static final Duration SCRAPE = Duration.ofSeconds(5);
    private static final long PROBE_SECONDS = 2;

    private final CoordinatorConfig config;
    private final Leader leader;
    private final AgentSessions sessions;
    private final CoordinatorMetrics metrics;
    private final CoordinatorMetrics.Observation observation;
    private final GrpcEndpoint grpc;
    private final HttpEndpoint http;

    /**
     * Opens the ports; the server serves when this returns.
     *
     * @param metrics of this process; told of the leader here
     * @param leader the caller's, started
     * @param sessions where the leader's effects go
     * @param onShutdown ends the process when {@code exit} of an all-in-one server is done; called
     *     once, on a thread of its own
     * @throws IOException if a port cannot be had; nothing is left open then
     */
    public static CoordinatorServer start(
            CoordinatorConfig config,
            CoordinatorMetrics metrics,
            Leader leader,
            AgentSessions sessions,
            Runnable onShutdown)
            throws IOException {
        return new CoordinatorServer(config, leader, sessions, metrics, onShutdown);
    }

    private CoordinatorServer(
            CoordinatorConfig config,
            Leader leader,
            AgentSessions sessions,
            CoordinatorMetrics metrics,
            Runnable onShutdown)
            throws IOException {
        this.config = config;
        this.leader = leader;
        this.sessions = sessions;
        this.metrics = metrics;
        LogRelay logs = new LogRelay(sessions);
        AtomicInteger port = new AtomicInteger(config.grpcPort());
        SessionParts parts =
                new SessionParts(
                        leader,
                        sessions,
                        logs,
                        config.clusterId(),
                        () -> config.addressAt(port.get()),
                        config.heartbeat(),
                        config.sample(),
                        config.stopGrace(),
                        InstantSource.system());
        grpc =
                GrpcEndpoint.open(
                        config,
                        leader,
                        new GrpcEndpoint.Parts(
                                new AgentServiceEndpoint(parts),
                                new RelayedLogs(logs),
                                metrics::handled,
                                facts(config),
                                onShutdown));
        port.set(grpc.port());
        http = openHttp();
        observation = metrics.observe(leader, SCRAPE);
        LOG.info("serving: grpc={} http={} epoch={}", grpc.port(), http.port(), leader.epoch());
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
            return new Readiness(false, "not leading");
        }
        if (config.allInOne() && sessions.connected() == 0) {
            return new Readiness(false, "the agent has not registered yet");
        }
        if (config.allInOne() && !ask(CoordinatorServer::isMeasured).orElse(false)) {
            return new Readiness(false, "the agent has not measured its devices yet");
        }
        return new Readiness(true, "ready");
    }

    private Readiness health() {
        return epoch().isPresent()
                ? new Readiness(true, "ok")
                : new Readiness(false, "the loop does not answer");
    }

    private StandardRoutes.Leadership leadership() {
        Optional<Long> epoch = epoch();
        return new StandardRoutes.Leadership(
                epoch.isPresent(),
                epoch.isPresent() ? address() : "",
                epoch.orElse(leader.epoch()));
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
            return Optional.of(leader.read(question).get(PROBE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Closes the ports, first the one that probes look at. The loop goes on. */
    @Override
    public void close() {
        http.close();
        grpc.close();
        observation.close();
    }
}
