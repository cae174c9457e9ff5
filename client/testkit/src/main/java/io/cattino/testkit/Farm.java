package io.cattino.testkit;

import io.cattino.client.Force;
import io.cattino.client.MeowClient;
import io.cattino.client.NodeInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parts of a running {@link InProcessMeow}. Any thread. */
final class Farm implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final String token = UUID.randomUUID().toString();
    private final Relay grpc;
    private final Relay http;
    private final Leader leader;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final MeowClient client;

    private Farm(Path directory, Relay grpc, Relay http) {
        this.directory = directory;
        this.grpc = grpc;
        this.http = http;
        this.leader = new Leader(directory, token, grpc, http);
        this.client = connect().build();
    }

    /** Starts everything; every node can take tasks when this returns. */
    static Farm start(List<Node.Spec> specs) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("cattino-").toRealPath();
        Relay grpc = Relay.open();
        Relay http = Relay.open();
        Farm farm = new Farm(directory, grpc, http);
        try {
            farm.open(specs);
            return farm;
        } catch (IOException | InterruptedException | RuntimeException e) {
            farm.stopParts();
            delete(directory);
            throw e;
        }
    }

    private void open(List<Node.Spec> specs) throws IOException, InterruptedException {
        Path tokenFile = Files.writeString(directory.resolve("token"), token);
        leader.start();
        for (Node.Spec spec : specs) {
            Path place = directory.resolve("nodes").resolve(spec.name());
            nodes.put(spec.name(), Node.start(spec, place, token, tokenFile, leader.port()));
        }
        for (Node node : nodes.values()) {
            node.awaitRegistered(PATIENCE.toSeconds());
        }
        awaitReady();
    }

    MeowClient client() {
        return client;
    }

    MeowClient.Builder connect() {
        return MeowClient.builder().target(grpc.address() + "/" + http.port()).token(token);
    }

    Path directory() {
        return directory;
    }

    String address() {
        return grpc.address();
    }

    String httpAddress() {
        return http.address();
    }

    /** Everybody is cut off first: a server that closes waits for its calls a while. */
    void stopLeader() {
        nodes.values().forEach(Node::leaderGone);
        leader.close();
    }

    void startLeader() throws IOException {
        leader.start();
        nodes.values().forEach(node -> node.leaderAt(leader.port()));
    }

    void dropConnections() {
        grpc.drop();
        http.drop();
    }

    Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    "there is no node '%s'; there are %s".formatted(name, nodes.keySet()));
        }
        return node;
    }

    void reconnect(Node node) {
        node.reconnect(leader.port());
    }

    NodeInfo info(String name) {
        return client.nodes().list().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no node " + name));
    }

    NodeInfo await(String name, Predicate<NodeInfo> condition, Duration limit)
            throws InterruptedException, TimeoutException {
        AtomicReference<@Nullable NodeInfo> seen = new AtomicReference<>();
        boolean fulfilled =
                leader.await(
                        () -> {
                            NodeInfo now = info(name);
                            seen.set(now);
                            return condition.test(now);
                        },
                        limit);
        NodeInfo last = seen.get();
        if (!fulfilled || last == null) {
            throw new TimeoutException("node %s after %s: %s".formatted(name, limit, last));
        }
        return last;
    }

    /** Everything is as it was at the start, but for the files of tasks. */
    void reset() throws IOException, InterruptedException, TimeoutException {
        endTasks();
        var _ = client.remove(TaskSelector.everything());
        awaitReady();
    }

    /**
     * Ends every task and every process of one, then everything else.
     *
     * @throws IllegalStateException if something could not be ended
     */
    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        try {
            endTasks();
        } catch (IOException | TimeoutException | RuntimeException e) {
            failures.add(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(e);
        }
        stopParts();
        try {
            delete(directory);
        } catch (IOException e) {
            failures.add(e);
        }
        if (!failures.isEmpty()) {
            IllegalStateException failed =
                    new IllegalStateException("the farm did not end cleanly", failures.getFirst());
            failures.stream().skip(1).forEach(failed::addSuppressed);
            throw failed;
        }
    }

    /** First everything is told to end, also what waits, and then at once. */
    private void endTasks() throws IOException, InterruptedException, TimeoutException {
        startLeader();
        nodes.values()
                .forEach(node -> {
                    reconnect(node);
                    node.nobodyElse();
                });
        TaskSelector all = TaskSelector.everything();
        var _ = client.cancel(all);
        var _ = client.kill(all, Force.YES);
        var _ =
                client.awaitAll(
                        TaskQuery.all()
                                .withStatuses(List.of(TaskStatus.WAITING, TaskStatus.RUNNING)),
                        PATIENCE,
                        _ -> {});
        if (!leader.await(
                () -> leader.read(view -> view.state().allocations().isEmpty()), PATIENCE)) {
            throw new TimeoutException(
                    "some processes of tasks are still alive: " + client.nodes().list());
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        boolean ready =
                leader.await(
                        () ->
                                client.nodes().list().stream()
                                        .allMatch(n -> n.state() == NodeInfo.State.READY),
                        PATIENCE);
        if (!ready) {
            throw new IOException("not every node is ready: " + client.nodes().list());
        }
    }

    private void stopParts() {
        client.close();
        nodes.values().forEach(Node::close);
        leader.close();
        grpc.close();
        http.close();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
