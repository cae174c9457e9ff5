package io.cattino.it;

import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.curator.test.TestingServer;

/** A farm in parts: a ZooKeeper in this JVM, a coordinator and agents as processes. */
final class Apart implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(2);

    private final Farm farm;
    private final TestingServer zooKeeper;
    private final int port;
    private final MeowClient client;
    private final MeowClient impatient;
    private Daemon coordinator;
    private final SortedMap<String, String> gpus;
    private final Map<String, Daemon> agents = new HashMap<>();

    /** One with a single node. */
    Apart(Farm farm) throws Exception {
        this(farm, Map.of("node-1", "4x24576"));
    }

    /** One with these nodes, and what cards each has: {@code 2x24576}. */
    Apart(Farm farm, Map<String, String> gpus) throws Exception {
        this.farm = farm;
        this.gpus = new TreeMap<>(gpus);
        this.zooKeeper = new TestingServer(true);
        this.port = farm.port();
        this.coordinator = launchCoordinator();
        this.client =
                MeowClient.builder()
                        .target("localhost:" + port)
                        .tokenFile(tokenFile())
                        .deadline(Duration.ofSeconds(20))
                        .build();
        this.impatient =
                MeowClient.builder()
                        .target("localhost:" + port)
                        .tokenFile(tokenFile())
                        .noRetry()
                        .deadline(Duration.ofSeconds(3))
                        .build();
        awaitUp(coordinator, () -> client.cluster().status().epoch() > 0);
        gpus.keySet().forEach(node -> agents.put(node, launchAgent(node)));
        awaitUp(
                agent(this.gpus.firstKey()),
                () -> client.cluster().status().nodesReady() == gpus.size());
    }

    private Daemon agent(String node) {
        return Objects.requireNonNull(agents.get(node), node);
    }

    /** The command line, with this farm's coordinator and token. */
    Meow meow() {
        return farm.meow()
                .with("CATTINO_COORDINATOR", "127.0.0.1:%d/%d".formatted(port, port + 1))
                .with("CATTINO_TOKEN_FILE", tokenFile().toString());
    }

    private Path tokenFile() {
        return farm.path("coordinator").resolve("token");
    }

    private Daemon launchCoordinator() {
        return Daemon.start(
                List.of(
                        Distribution.meow().toString(),
                        "coordinator",
                        "run",
                        "--zookeeper",
                        zooKeeper.getConnectString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--http-port",
                        Integer.toString(port + 1),
                        "--data",
                        farm.path("coordinator").toString(),
                        "--runs",
                        farm.path("runs").toString()),
                farm.environment(),
                farm.cwd(),
                farm.log("coordinator"));
    }

    /** One more process of that agent; nobody waits for it. */
    Daemon launchAgent(String node) {
        return Daemon.start(
                List.of(
                        Distribution.meow().toString(),
                        "agent",
                        "run",
                        "--coordinator",
                        "127.0.0.1:" + port,
                        "--name",
                        node,
                        "--data",
                        data(node).toString(),
                        "--fake-gpus",
                        Objects.requireNonNull(gpus.get(node)),
                        "--token-file",
                        tokenFile().toString()),
                farm.environment(),
                farm.cwd(),
                farm.log(node));
    }

    /** Where an agent keeps its files. */
    Path data(String node) {
        return farm.path("agent-" + node);
    }

    /** A question to the farm. */
    private interface Question {
        boolean isTrue();
    }

    private static void awaitUp(Daemon daemon, Question question) {
        await("it is up")
                .atMost(STARTING)
                .pollInterval(Duration.ofMillis(100))
                .failFast(() -> {
                    if (!daemon.isAlive()) {
                        throw new AssertionError("it ended while starting:\n" + daemon.output());
                    }
                })
                .until(() -> {
                    try {
                        return question.isTrue();
                    } catch (MeowException _) {
                        return false; // not up yet
                    }
                });
    }

    MeowClient client() {
        return client;
    }

    /** A client that would rather know at once. */
    MeowClient impatient() {
        return impatient;
    }

    void stopZooKeeper() {
        try {
            zooKeeper.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again with what it had stored. */
    void startZooKeeper() {
        try {
            zooKeeper.restart();
        } catch (Exception e) {
            throw new IllegalStateException("ZooKeeper does not come back", e);
        }
    }

    void killAgent(String node) {
        agent(node).kill9();
    }

    void killCoordinator() {
        coordinator.kill9();
    }

    /** Starts the agent again; waits until it has begun, not until anybody knows of it. */
    void startAgent(String node) {
        Daemon agent = launchAgent(node);
        agents.put(node, agent);
        awaitUp(agent, () -> agent.output().contains("agent_started"));
    }

    /** Starts the coordinator again; waits until it answers. */
    void startCoordinator() {
        coordinator = launchCoordinator();
        awaitUp(coordinator, () -> client.cluster().status().epoch() > 0);
    }

    @Override
    public void close() throws IOException {
        impatient.close();
        client.close();
        agents.values().forEach(Daemon::kill9);
        coordinator.kill9();
        zooKeeper.close();
    }
}
