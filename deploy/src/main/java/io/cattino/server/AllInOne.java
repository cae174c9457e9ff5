package io.cattino.server;

import io.cattino.agent.Agent;
import io.cattino.agent.AgentConfig;
import io.cattino.coordinator.Coordinator;
import io.cattino.coordinator.zk.EmbeddedZooKeeper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZooKeeper, coordinator and agent in this process, in the order they need each other. The home's
 * lock is the caller's.
 */
final class AllInOne implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AllInOne.class);
    private static final long REGISTRATION_SECONDS = 30;

    private final Lifetime lifetime;
    private final Closer closer;
    private final Coordinator coordinator;

    private AllInOne(Lifetime lifetime, Closer closer, Coordinator coordinator) {
        this.lifetime = lifetime;
        this.closer = closer;
        this.coordinator = coordinator;
    }

    /** Starts everything; it is up when this returns: its agent has registered. */
    static AllInOne start(Home home, ListenOptions listen, NodeOptions node) throws Exception {
        Lifetime lifetime = new Lifetime();
        Closer closer = new Closer();
        closer.add("lifetime", lifetime::closed);
        try {
            String token = Secrets.readOrCreate(home.tokenFile(), "cattino_");
            Coordinator coordinator = coordinator(home, listen, token, lifetime, closer);
            Agent agent = agent(home, node, token, coordinator);
            closer.add("agent", agent);
            lifetime.endsWith("agent", agent.failure());
            announce(home, coordinator, closer);
            awaitAgent(home, agent, coordinator);
            closer.add(
                    "shutdown-on-complete",
                    new ShutdownOnComplete(
                            coordinator::leader,
                            System.currentTimeMillis(),
                            () -> lifetime.end(ExitCode.OK)));
            return new AllInOne(lifetime, closer, coordinator);
        } catch (Exception e) {
            closer.close();
            throw e instanceof ExecutionException && e.getCause() instanceof Exception cause
                    ? cause
                    : e;
        }
    }

    /** Says in server.json where it listens, so that people reach it also if its agent does not. */
    private static void announce(Home home, Coordinator coordinator, Closer closer)
            throws IOException {
        home.publish(
                new ServerFile(
                        Home.hostname(),
                        ServerFile.currentBootId(),
                        ProcessHandle.current().pid(),
                        coordinator.grpcPort(),
                        coordinator.httpPort(),
                        ServerMain.BUILD.version(),
                        ServerMain.BUILD.revision(),
                        Instant.now()));
        closer.add("server.json", home::unpublish);
    }

    /** A server whose agent is refused stays, not ready: what is in the way may need its help. */
    private static void awaitAgent(Home home, Agent agent, Coordinator coordinator)
            throws InterruptedException, ExecutionException {
        String where =
                coordinator.address()
                        + ", PID "
                        + ProcessHandle.current().pid()
                        + ", files in "
                        + home.root();
        try {
            agent.registered().get(REGISTRATION_SECONDS, TimeUnit.SECONDS);
            System.err.println("Cattino is up: " + where);
        } catch (TimeoutException e) {
            LOG.warn("the agent has not registered seconds={}", REGISTRATION_SECONDS, e);
            System.err.println(
                    "Cattino is not ready, its agent has not registered (the reason is above): "
                            + where);
        }
    }

    private static Coordinator coordinator(
            Home home, ListenOptions listen, String token, Lifetime lifetime, Closer closer)
            throws Exception {
        EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(home.server().resolve("zookeeper"));
        closer.add("ZooKeeper", zooKeeper);
        lifetime.endsWith("ZooKeeper", zooKeeper.failure().thenApply(AllInOne::failed));
        return new CoordinatorPart(
                        home.root(),
                        token,
                        home.tokenFile(),
                        home.root(),
                        Optional.empty(),
                        true,
                        CoordinatorPart.Network.NONE)
                .start(zooKeeper.config(), listen, lifetime, closer);
    }

    private static Void failed(String reason) {
        throw new IllegalStateException(reason);
    }

    private static Agent agent(Home home, NodeOptions node, String token, Coordinator coordinator) {
        AgentConfig.Builder config =
                AgentConfig.builder(List.of(coordinator.address()), node.name(), home.agent())
                        .version(ServerMain.BUILD.version())
                        .token(() -> Optional.of(token))
                        .tokenFile(home.tokenFile());
        return Agent.start(node.configure(config));
    }

    /** Waits until a signal, {@code exit} or a failure ends it. */
    ExitCode await() throws InterruptedException {
        ExitCode exit = lifetime.await();
        if (lifetime.signalled()) {
            sayWhatGoesOn();
        }
        return exit;
    }

    private void sayWhatGoesOn() {
        try {
            long running =
                    coordinator
                            .leader()
                            .read(view ->
                                    view.state().tasks().stream()
                                            .filter(t -> t.liveAttempt().isPresent())
                                            .count())
                            .get(2, TimeUnit.SECONDS);
            String tasks = running == 1 ? "1 task runs on" : running + " tasks run on";
            System.err.println(
                    "Stopping the server; " + tasks + ". The next start finds them: meow run");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("cannot tell how many tasks run on", e);
        }
    }

    @Override
    public void close() {
        closer.close();
    }
}
