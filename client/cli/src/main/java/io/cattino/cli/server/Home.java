package io.cattino.cli.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where Cattino keeps its files, as its server lays them out. */
public record Home(Path root, String hostname) {

    /** The home that the environment names; the server looks at the same variables. */
    public static Home of(Map<String, String> env) {
        String set = env.getOrDefault("CATTINO_HOME", "");
        Path root =
                set.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache", "cattino")
                        : Path.of(set);
        return new Home(root.toAbsolutePath().normalize(), hostname(env.get("HOSTNAME")));
    }

    /**
     * As the server finds it. Where the kernel tells, nobody else is asked: the JDK's resolver
     * looks through every jar first.
     */
    private static String hostname(@Nullable String fallback) {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException _) {
            // Not Linux.
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return fallback == null || fallback.isEmpty() ? "localhost" : fallback;
        }
    }

    /** What belongs to this host's server. */
    public Path server() {
        return root.resolve("hosts").resolve(hostname).resolve("server");
    }

    /** What its server prints. */
    public Path log() {
        return server().resolve("server.log");
    }

    /** The secret that its server wants to hear. */
    public Path token() {
        return server().resolve("token");
    }

    /** Where its server listens. */
    public Path serverFile() {
        return server().resolve("server.json");
    }

    /** Other hosts that have a server in this home; empty if nobody can tell. */
    public List<String> otherHostsWithServers() {
        try (Stream<Path> hosts = Files.list(root.resolve("hosts"))) {
            return hosts.filter(host -> Files.exists(host.resolve("server").resolve("server.json")))
                    .map(host -> host.getFileName().toString())
                    .filter(host -> !host.equals(hostname))
                    .sorted()
                    .toList();
        } catch (IOException _) {
            // A home without hosts is new.
            return List.of();
        }
    }

    /** The client's settings. */
    public Path settings() {
        return root.resolve("settings.toml");
    }
}
