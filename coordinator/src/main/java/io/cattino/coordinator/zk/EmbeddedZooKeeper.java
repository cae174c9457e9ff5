package io.cattino.coordinator.zk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.util.ServiceUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real ZooKeeper server in this JVM, for one process on one machine: on a port of the loopback
 * interface that nobody chose, with real fsync, and of use only to who can read the secret in its
 * directory. It starts on whatever a kill -9 left there. Any thread.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
    private static final int TICK_MS = 1000;
    private static final int MAX_CONNECTIONS = 100;
    private static final int KEPT_SNAPSHOTS = 3;

    private final Path directory;
    private final FileChannel lock;
    private final String credential;
    private final FileTxnSnapLog files;
    private final NIOServerCnxnFactory connections;
    private final CompletableFuture<String> failure = new CompletableFuture<>();
    private final ScheduledExecutorService purge =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("zookeeper-purge").factory());

    private EmbeddedZooKeeper(Path directory, FileChannel lock) throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.credential = credential(directory.resolve("credential"));
        TornTail.repair(directory.resolve("data").resolve("version-2"));
        this.files = new FileTxnSnapLog(data().toFile(), data().toFile());
        this.connections = new NIOServerCnxnFactory();
    }

    /**
     * Starts the server; when this returns it serves.
     *
     * @param directory its own; made if it is not there
     * @throws IOException if another server uses the directory, or what lies in it cannot be read
     */
    public static EmbeddedZooKeeper start(Path directory) throws IOException, InterruptedException {
        ServerSettings.apply();
        ServiceUtils.setSystemExitProcedure(
                code -> LOG.error("embedded ZooKeeper wanted to end the process code={}", code));
        Files.createDirectories(directory);
        FileChannel lock = lock(directory.resolve("lock"));
        try {
            EmbeddedZooKeeper server = new EmbeddedZooKeeper(directory, lock);
            try {
                server.serve();
            } catch (IOException | InterruptedException | RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("locked by this very process file={}", file, e);
        }
        channel.close();
        throw new IOException("another server uses " + file.getParent());
    }

    private static String credential(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            var ownerOnly =
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"));
            Path written = file.resolveSibling(file.getFileName() + ".tmp");
            Files.deleteIfExists(written);
            Files.createFile(written, ownerOnly);
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                channel.write(
                        StandardCharsets.US_ASCII.encode(
                                "cattino:" + HexFormat.of().formatHex(secret)));
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file, StandardCharsets.US_ASCII);
    }

    private void serve() throws IOException, InterruptedException {
        connections.configure(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), MAX_CONNECTIONS);
        connections.startup(new Server());
        RootLock.apply(servers(), credential);
        var _ = purge.scheduleWithFixedDelay(this::purge, 1, 1, TimeUnit.MINUTES);
        LOG.info("embedded ZooKeeper serving address={} directory={}", servers(), directory);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void purge() {
        try {
            OldFiles.purge(files, files.getSnapDir().toPath(), KEPT_SNAPSHOTS);
        } catch (IOException | RuntimeException e) {
            LOG.warn("old ZooKeeper files could not be deleted directory={}", data(), e);
        }
    }

    /** Where it listens. */
    public String servers() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + connections.getLocalPort();
    }

    /** How to reach it. */
    public ZkConfig config() {
        return new ZkConfig(servers(), credential);
    }

    /**
     * Completes, with the reason, if the server fails (its disk, most likely): it serves no more
     * until it is restarted.
     */
    public CompletableFuture<String> failure() {
        return failure.copy();
    }

    /** Ends the server; what clients were told is on disk. */
    @Override
    public void close() {
        purge.shutdownNow();
        connections.shutdown();
        try (lock) {
            files.close();
        } catch (IOException e) {
            LOG.warn("embedded ZooKeeper did not close cleanly directory={}", directory, e);
        }
    }

    private final class Server extends ZooKeeperServer {
        Server() {
            super(files, TICK_MS, -1, -1, -1, new ZKDatabase(files), "");
        }

        @Override
        protected void setState(State state) {
            super.setState(state);
            if (state == State.ERROR) {
                LOG.error("embedded ZooKeeper failed directory={}", directory);
                failure.complete("the embedded ZooKeeper failed; see its log");
            }
        }
    }
}
