package io.cattino.it;

import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A farm in parts: ZooKeeper in this JVM, coordinators and agents as processes. */
final class Apart implements AutoCloseable {
    private static final Duration STARTING = Duration.ofMinutes(2);

    private final Farm farm;
    private final Ensemble zooKeeper;
    private final Map<String, Wire> wires;
    private final Function<String, Place> places;
    private final Map<String, String> labels;
    private final List<Integer> ports = new ArrayList<>();
    private final MeowClient client;
    private final MeowClient impatient;
    private final List<Daemon> coordinators = new ArrayList<>();
    private final SortedMap<String, String> gpus;
    private final Map<String, Daemon> agents = new HashMap<>();

    /** One with a single node. */
    Apart(Farm farm) throws Exception {
        this(farm, Map.of("node-1", "4x24576"));
    }

    /** One with these nodes, and what cards each has: {@code 2x24576}. */
    Apart(Farm farm, Map<String, String> gpus) throws Exception {
        this(farm, gpus, 1);
    }

    /** One whose nodes have labels, {@code rack=r1}, by their names. */
    static Apart labelled(Farm farm, Map<String, String> gpus, Map<String, String> labels)
            throws Exception {
        return new Apart(farm, gpus, 1, Ensemble.of(1), Map.of(), _ -> Place.HERE, labels);
    }

    /** One with several coordinators. */
    Apart(Farm farm, Map<String, String> gpus, int count) throws Exception {
        this(farm, gpus, count, Ensemble.of(1));
    }

    /** One with several coordinators and this ZooKeeper, which it closes. */
    Apart(Farm farm, Map<String, String> gpus, int count, Ensemble zooKeeper) {
        this(farm, gpus, count, zooKeeper, Map.of());
    }

    /**
     * One in which something stands between some agents and the first coordinator, by their names,
     * or between some coordinators and the only ZooKeeper: {@code coordinator-0}.
     */
    Apart(
            Farm farm,
            Map<String, String> gpus,
            int count,
            Ensemble zooKeeper,
            Map<String, Wire> wires) {
        this(farm, gpus, count, zooKeeper, wires, _ -> Place.HERE);
    }

    /** The same, on hosts: each agent by its name, each coordinator as {@code coordinator-0}. */
    Apart(
            Farm farm,
            Map<String, String> gpus,
            int count,
            Ensemble zooKeeper,
            Map<String, Wire> wires,
            Function<String, Place> places) {
        this(farm, gpus, count, zooKeeper, wires, places, Map.of());
    }

    private Apart(
            Farm farm,
            Map<String, String> gpus,
            int count,
            Ensemble zooKeeper,
            Map<String, Wire> wires,
            Function<String, Place> places,
            Map<String, String> labels) {
        this.labels = labels;
        this.wires = wires;
        this.places = places;
        this.farm = farm;
        this.gpus = new TreeMap<>(gpus);
        this.zooKeeper = zooKeeper;
        ports.add(farm.port());
        while (ports.size() < count) {
            ports.add(Farm.twoFreePorts());
        }
        for (int i = 0; i < count; i++) {
            coordinators.add(launchCoordinator(i));
        }
        this.client =
                MeowClient.builder()
                        .target(addresses())
                        .tokenFile(tokenFile())
                        .plaintext(true)
                        .deadline(Duration.ofSeconds(20))
                        .build();
        this.impatient =
                MeowClient.builder()
                        .target(addresses())
                        .tokenFile(tokenFile())
                        .plaintext(true)
                        .noRetry()
                        .deadline(Duration.ofSeconds(3))
                        .build();
        awaitUp(coordinators.getFirst(), () -> client.cluster().status().epoch() > 0);
        gpus.keySet().forEach(node -> agents.put(node, launchAgent(node)));
        awaitUp(
                agent(this.gpus.firstKey()),
                () -> client.cluster().status().nodesReady() == gpus.size());
    }

    /** Of all coordinators. */
    private String addresses() {
        return IntStream.range(0, ports.size())
                .mapToObj(i -> address(i) + ":" + ports.get(i))
                .collect(Collectors.joining(","));
    }

    private String address(int coordinator) {
        return places.apply("coordinator-" + coordinator).address();
    }

    Daemon agent(String node) {
        return Objects.requireNonNull(agents.get(node), node);
    }

    /** The command line, with this farm's coordinator and token. */
    Meow meow() {
        return farm.meow()
                .with(
                        "CATTINO_COORDINATOR",
                        ports.stream()
                                .map(port -> "127.0.0.1:%d/%d".formatted(port, port + 1))
                                .collect(Collectors.joining(",")))
                .with("CATTINO_TOKEN_FILE", tokenFile().toString());
    }

    /** The wire to one of its coordinators. */
    Raw wire(int index) {
        return Raw.connect(ports.get(index), token());
    }

    private String token() {
        try {
            return Files.readString(tokenFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path tokenFile() {
        return farm.path("token");
    }

    private Daemon launchCoordinator(int index) {
        int port = ports.get(index);
        Place place = places.apply("coordinator-" + index);
        return Daemon.start(
                place.command(
                        Distribution.meow().toString(),
                        "coordinator",
                        "run",
                        "--zookeeper",
                        zooKeeperFor("coordinator-" + index),
                        "--host",
                        place.address(),
                        "--port",
                        Integer.toString(port),
                        "--http-port",
                        Integer.toString(port + 1),
                        "--data",
                        farm.path("coordinator-" + index).toString(),
                        "--token-file",
                        tokenFile().toString(),
                        "--zookeeper-credential-file",
                        farm.path("zookeeper-credential").toString(),
                        "--runs",
                        farm.path("runs").toString()),
                environment(place),
                farm.cwd(),
                farm.log("coordinator-" + index));
    }

    /** One more process of that agent; nobody waits for it. */
    Daemon launchAgent(String node) {
        Place place = places.apply(node);
        List<String> command = new ArrayList<>(List.of(Distribution.meow().toString()));
        command.addAll(List.of("agent", "run", "--name", node));
        command.addAll(List.of("--coordinator", wireTo(node))); // it learns of the others
        command.addAll(List.of("--data", data(node).toString()));
        command.addAll(List.of("--fake-gpus", Objects.requireNonNull(gpus.get(node))));
        command.addAll(List.of("--token-file", tokenFile().toString()));
        if (labels.containsKey(node)) {
            command.addAll(List.of("--label", labels.get(node)));
        }
        return Daemon.start(
                place.command(command.toArray(String[]::new)),
                environment(place),
                farm.cwd(),
                farm.log(node));
    }

    private Map<String, String> environment(Place place) {
        Map<String, String> environment = farm.environment();
        if (!place.isHere()) {
            environment.put("CATTINO_INSECURE_PLAINTEXT", "1");
        }
        return environment;
    }

    private String zooKeeperFor(String coordinator) {
        Wire wire = wires.get(coordinator);
        return wire == null ? zooKeeper.servers() : wire.to(zooKeeper.port());
    }

    private String wireTo(String node) {
        Wire wire = wires.get(node);
        return wire == null ? address(0) + ":" + ports.getFirst() : wire.to(ports.getFirst());
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

    Ensemble zooKeeper() {
        return zooKeeper;
    }

    void stopZooKeeper() {
        zooKeeper.stop();
    }

    /** Starts it again with what it had stored. */
    void startZooKeeper() {
        zooKeeper.start();
    }

    void killAgent(String node) {
        agent(node).kill9();
    }

    void killCoordinator() {
        killCoordinator(0);
    }

    void killCoordinator(int index) {
        coordinators.get(index).kill9();
    }

    Daemon coordinator(int index) {
        return coordinators.get(index);
    }

    int coordinators() {
        return ports.size();
    }

    /** Which coordinator leads, as they say themselves; -1: none at the moment. */
    int leading() {
        for (int i = 0; i < ports.size(); i++) {
            if (coordinators.get(i).isAlive() && leads(i)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether that one says that it leads. */
    boolean leads(int index) {
        return Http.get(address(index), ports.get(index) + 1, "/readyz").status() == 200;
    }

    /** Whether that one says that it is well, leading or standing by. */
    boolean isHealthy(int index) {
        return Http.get(address(index), ports.get(index) + 1, "/healthz").status() == 200;
    }

    /** Waits until all coordinators know of the same newest fact. */
    void awaitFollowed() {
        await("those that stand by have read what the leader wrote")
                .atMost(STARTING)
                .until(() ->
                        IntStream.range(0, ports.size()).mapToObj(this::revision).distinct().count()
                                == 1);
    }

    private String revision(int index) {
        String metrics = Http.get(ports.get(index) + 1, "/metrics", token()).text();
        return metrics.lines()
                .filter(line -> line.startsWith("cattino_journal_revision "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(metrics));
    }

    /** Starts the agent again; waits until it has begun, not until anybody knows of it. */
    void startAgent(String node) {
        Daemon agent = launchAgent(node);
        agents.put(node, agent);
        awaitUp(agent, () -> agent.output().contains("agent_started"));
    }

    /** Starts the coordinator again; waits until somebody leads. */
    void startCoordinator() {
        startCoordinator(0);
        awaitUp(coordinators.getFirst(), () -> client.cluster().status().epoch() > 0);
    }

    /** Starts a coordinator again; waits until it listens. */
    void startCoordinator(int index) {
        coordinators.set(index, launchCoordinator(index));
        awaitUp(coordinators.get(index), () -> isHealthy(index));
    }

    @Override
    public void close() throws IOException {
        impatient.close();
        client.close();
        agents.values().forEach(Daemon::kill9);
        coordinators.forEach(Daemon::kill9);
        zooKeeper.close();
    }
}
