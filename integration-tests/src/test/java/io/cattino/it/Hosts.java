package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hosts with addresses of their own: network namespaces on a bridge, and this JVM at its other end.
 * A host that is cut off vanishes as one without power does: the kernel drops its packets, in one
 * direction or both, and nobody is told. Needs root and Linux.
 */
final class Hosts implements AutoCloseable {
    /** Drops every packet; in the words of {@code tc}, a program that returns TC_ACT_SHOT. */
    private static final String DROP = "1,6 0 0 2";

    private static final int MAX_HOSTS = 250;

    private final String prefix = "ct" + ProcessHandle.current().pid() % 1_000_000;
    private final String network = "10.213.%d.".formatted(ProcessHandle.current().pid() % 250 + 1);
    private final String bridge = prefix + "br";
    private final Map<String, Integer> numbers = new HashMap<>();

    private Hosts() {}

    /** None yet; empty if this machine and user cannot have them. */
    static Optional<Hosts> open() {
        Hosts hosts = new Hosts();
        try {
            run("ip", "link", "add", hosts.bridge, "type", "bridge");
            run("ip", "address", "add", hosts.network + "1/24", "dev", hosts.bridge);
            run("ip", "link", "set", hosts.bridge, "up");
            hosts.rehearse();
            return Optional.of(hosts);
        } catch (AssertionError e) {
            System.out.println("no hosts of their own: " + e.getMessage());
            hosts.close();
            return Optional.empty();
        }
    }

    /** A firewall, or a kernel without what is needed, shows here and not in a test. */
    private void rehearse() {
        Place from = host("rehearsal");
        String there = host("other").address();
        String refused =
                failure(
                                from.command(
                                                "timeout",
                                                "5",
                                                "bash",
                                                "-c",
                                                "</dev/tcp/" + there + "/1")
                                        .toArray(String[]::new))
                        .orElse("");
        if (!refused.contains("refused")) {
            throw new AssertionError("hosts do not reach each other: " + refused);
        }
        cut("rehearsal", true, true);
        heal("rehearsal");
    }

    /** This JVM's end of the bridge. */
    InetAddress here() throws IOException {
        return InetAddress.getByName(network + "1");
    }

    /** A host of that name, made when it is first asked for. */
    Place host(String name) {
        Integer known = numbers.get(name);
        int number = known == null ? numbers.size() + 2 : known;
        if (known == null) {
            numbers.put(name, number); // first: what was begun is closed
            make(number);
        }
        return new Place(
                network + number, List.of("nsenter", "--net=/run/netns/" + prefix + "n" + number));
    }

    private void make(int number) {
        if (number > MAX_HOSTS) {
            throw new IllegalStateException("more than " + MAX_HOSTS + " hosts");
        }
        String space = prefix + "n" + number;
        String end = prefix + "v" + number;
        run("ip", "netns", "add", space);
        run("ip", "link", "add", end, "type", "veth", "peer", "name", "eth0", "netns", space);
        run("ip", "link", "set", end, "master", bridge, "up");
        run("ip", "-n", space, "address", "add", network + number + "/24", "dev", "eth0");
        run("ip", "-n", space, "link", "set", "eth0", "up");
        run("ip", "-n", space, "link", "set", "lo", "up");
        run("tc", "qdisc", "add", "dev", end, "clsact");
    }

    /** Drops what it would receive, or what it sends, or both. */
    void cut(String name, boolean received, boolean sent) {
        if (received) {
            drop(name, "egress");
        }
        if (sent) {
            drop(name, "ingress");
        }
    }

    /** As seen from this side of its cable. */
    private void drop(String name, String direction) {
        run("tc", "filter", "add", "dev", end(name), direction, "bpf", "da", "bytecode", DROP);
    }

    void heal(String name) {
        run("tc", "filter", "delete", "dev", end(name), "egress");
        run("tc", "filter", "delete", "dev", end(name), "ingress");
    }

    private String end(String name) {
        return prefix + "v" + numbers.get(name);
    }

    /** As far as there is anything. */
    @Override
    public void close() {
        for (int number : numbers.values()) {
            // Cables first: a fence that has not noticed its end keeps the network there.
            var _ = failure("ip", "link", "delete", prefix + "v" + number);
            var _ = failure("ip", "netns", "delete", prefix + "n" + number);
        }
        var _ = failure("ip", "link", "delete", bridge);
    }

    private static void run(String... command) {
        failure(command)
                .ifPresent(said -> {
                    throw new AssertionError(String.join(" ", command) + ": " + said);
                });
    }

    /** What it said, if it failed. */
    private static Optional<String> failure(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            return process.waitFor() == 0 ? Optional.empty() : Optional.of(said);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
