package io.cattino.it;

import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.curator.test.TestingServer;

/** A farm in parts: a ZooKeeper in this JVM, a coordinator and an agent as processes. */
final class Apart implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(2);
    private static final String NODE = "node-1";

    private final Farm farm;
    private final TestingServer zooKeeper;
    private final int port;
    private final MeowClient client;
    private final MeowClient impatient;
    private Daemon coordinator;
    private Daemon agent;

    Apart(Farm farm) throws Exception {
        this.farm = farm;
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
        this.agent = launchAgent();
        awaitUp(agent, () -> client.cluster().status().nodesReady() == 1);
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
    Daemon launchAgent() {
        return Daemon.start(
                List.of(
                        Distribution.meow().toString(),
                        "agent",
                        "run",
                        "--coordinator",
                        "127.0.0.1:" + port,
                        "--name",
                        NODE,
                        "--data",
                        farm.path("agent").toString(),
                        "--fake-gpus",
                        "4x24576",
                        "--token-file",
                        tokenFile().toString()),
                farm.environment(),
                farm.cwd(),
                farm.log("agent"));
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

    void killAgent() {
        agent.kill9();
    }

    void killCoordinator() {
        coordinator.kill9();
    }

    /** Starts the agent again; waits until it has begun, not until anybody knows of it. */
    void startAgent() {
        agent = launchAgent();
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
        agent.kill9();
        coordinator.kill9();
        zooKeeper.close();
    }
}
