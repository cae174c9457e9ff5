package io.cattino.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.Agent;
import io.cattino.agent.AgentConfig;
import io.cattino.agent.probe.DiskReserve;
import io.cattino.agent.probe.FakeGpuSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** A machine of a farm: a real agent with fake cards, and its own way to the leader. Any thread. */
final class Node implements AutoCloseable {
    private static final String VERSION = "testkit";

    private final Spec spec;
    private final Path usage;
    private final Relay way;
    private final Agent agent;

    @GuardedBy("this")
    private final Map<Integer, Long> usedByOthers = new TreeMap<>();

    @GuardedBy("this")
    private boolean connected = true;

    /**
     * What a node is to be.
     *
     * @param totalsMib MiB of each fake card; empty: the machine's own memory is its only device
     * @param slots attempts at most
     */
    record Spec(String name, List<Long> totalsMib, int slots) {
        Spec {
            totalsMib = List.copyOf(totalsMib);
        }

        static Spec of(String name, int cards, long mib, int slots) {
            return new Spec(name, Collections.nCopies(cards, mib), slots);
        }
    }

    private Node(Spec spec, Path usage, Relay way, Agent agent) {
        this.spec = spec;
        this.usage = usage;
        this.way = way;
        this.agent = agent;
    }

    /** Starts the agent, which dials at once. */
    static Node start(Spec spec, Path directory, String token, Path tokenFile, int leader)
            throws IOException {
        Files.createDirectories(directory);
        Path usage = directory.resolve("used-by-others");
        Relay way = Relay.open();
        way.passTo(leader);
        try {
            AgentConfig.Builder config =
                    AgentConfig.builder(
                                    List.of(way.address()), spec.name(), directory.resolve("agent"))
                            .version(VERSION)
                            .slots(spec.slots())
                            .diskReserve(new DiskReserve(0, 0)) // a test says what is scarce
                            .token(() -> Optional.of(token))
                            .tokenFile(tokenFile);
            if (!spec.totalsMib().isEmpty()) {
                config.fakeGpus(new FakeGpuSpec(spec.totalsMib(), Optional.of(usage)));
            }
            return new Node(spec, usage, way, Agent.start(config.build()));
        } catch (RuntimeException e) {
            way.close();
            throw e;
        }
    }

    String name() {
        return spec.name();
    }

    /** Waits until a leader knows it. */
    void awaitRegistered(long seconds) throws InterruptedException, IOException {
        try {
            agent.registered().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("node " + name() + " did not register in " + seconds + " s", e);
        }
    }

    /** The leader can be reached there from now on, unless the node is cut off. */
    synchronized void leaderAt(int port) {
        if (connected) {
            way.passTo(port);
        }
    }

    /** The leader cannot be reached any more. */
    void leaderGone() {
        way.cut();
    }

    /** Breaks its connection, as a dead network would. */
    synchronized void disconnect() {
        connected = false;
        way.cut();
    }

    /** It may dial again. */
    synchronized void reconnect(int leader) {
        connected = true;
        way.passTo(leader);
    }

    /** What processes that are no tasks use of a card, from the next sample on. */
    synchronized void othersUse(int device, long mib) {
        if (device < 0 || device >= spec.totalsMib().size()) {
            throw new IllegalArgumentException(
                    "node %s has no fake card %d: it has %d"
                            .formatted(name(), device, spec.totalsMib().size()));
        }
        if (mib < 0 || mib > spec.totalsMib().get(device)) {
            throw new IllegalArgumentException(
                    "card %d of node %s has %d MiB; %d of them cannot be in use"
                            .formatted(device, name(), spec.totalsMib().get(device), mib));
        }
        usedByOthers.put(device, mib);
        writeUsage();
    }

    /** Nobody but tasks uses its cards. */
    synchronized void nobodyElse() {
        usedByOthers.clear();
        writeUsage();
    }

    /** Stops the agent; tasks that still run would run on. */
    @Override
    public void close() {
        try (way) {
            agent.close();
        }
    }

    /** Renamed into place: the agent reads it whenever it likes. */
    @GuardedBy("this")
    private void writeUsage() {
        String lines =
                usedByOthers.entrySet().stream()
                        .map(used -> used.getKey() + " " + used.getValue() + "\n")
                        .collect(Collectors.joining());
        try {
            Path next = usage.resolveSibling(usage.getFileName() + ".next");
            Files.writeString(next, lines);
            Files.move(next, usage, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + usage, e);
        }
    }
}
