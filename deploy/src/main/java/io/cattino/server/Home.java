package io.cattino.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * Where one user's Cattino keeps its files: {@code $CATTINO_HOME}, by default {@code
 * ~/.cache/cattino}. Runs of tasks lie at the top; what belongs to a server lies under {@code
 * hosts/<hostname>}, since a home is often on NFS and every host has its own server.
 */
final class Home {
    private final Path root;
    private final Path host;

    Home(Path root, String hostname) {
        this.root = root.toAbsolutePath().normalize();
        this.host = this.root.resolve("hosts").resolve(hostname);
    }

    /** The home that the environment names. */
    static Home of(Map<String, String> environment) {
        String set = environment.getOrDefault("CATTINO_HOME", "");
        Path root =
                set.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache", "cattino")
                        : Path.of(set);
        return new Home(root, hostname());
    }

    /** As the command line finds it. */
    static String hostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException _) {
            // Not Linux.
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            // A host whose name does not resolve still has one.
            return Optional.ofNullable(System.getenv("HOSTNAME"))
                    .filter(name -> !name.isEmpty())
                    .orElse("localhost");
        }
    }

    Path root() {
        return root;
    }

    /** Lock, server.json, token, log, ZooKeeper's data. */
    Path server() {
        return host.resolve("server");
    }

    /** The data directory of this host's agent. */
    Path agent() {
        return host.resolve("agent");
    }

    /** The data directory of a coordinator that runs apart. */
    Path coordinator() {
        return host.resolve("coordinator");
    }

    Path tokenFile() {
        return server().resolve("token");
    }

    /** Makes what is missing. */
    void prepare() throws IOException {
        Files.createDirectories(root);
        Secrets.directory(server());
        Secrets.directory(agent());
    }

    /**
     * The lock of this home's server; empty if another one holds it. Held while somebody refers to
     * it.
     */
    Optional<FileLock> lock() throws IOException {
        FileChannel channel =
                FileChannel.open(
                        server().resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isEmpty()) {
                channel.close();
            }
            return lock;
        } catch (OverlappingFileLockException _) {
            channel.close();
            return Optional.empty();
        }
    }

    private Path serverFile() {
        return server().resolve("server.json");
    }

    /** Says where the server listens; whoever reads it sees all of it or nothing. */
    void publish(ServerFile file) throws IOException {
        Secrets.replace(serverFile(), file.json());
    }

    void unpublish() {
        try {
            Files.deleteIfExists(serverFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + serverFile(), e);
        }
    }
}
