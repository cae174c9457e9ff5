package io.cattino.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The agent's directory: who the node is, which cluster it belongs to, the highest epoch it obeyed,
 * whom leaders told it of.
 *
 * <p>Locked while open; a second agent on it is refused. All methods may be called from any thread.
 */
public final class DataDirectory implements AutoCloseable {

    /** No agent sends more reports than this between two starts. */
    private static final long SEQUENCES_PER_START = 1L << 32;

    private static final String COORDINATORS = "coordinators";

    private final Path root;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final boolean isNew;
    private final String nodeId;
    private final long firstSequence;
    private volatile String clusterId;
    private volatile long highestEpoch;
    private final List<String> coordinators;

    private DataDirectory(Path root, FileChannel lockChannel, FileLock lock) throws IOException {
        this.root = root;
        this.lockChannel = lockChannel;
        this.lock = lock;
        Files.createDirectories(attempts());
        Files.createDirectories(tombstones());
        Files.createDirectories(programs());
        this.isNew = !Files.exists(root.resolve("node-id"));
        this.nodeId = nodeId(root.resolve("node-id"));
        this.clusterId = read("cluster-id").orElse("");
        this.highestEpoch = readNumber("epoch");
        this.coordinators = read(COORDINATORS).stream().flatMap(String::lines).toList();
        this.firstSequence = readNumber("sequence") + 1;
        write("sequence", Long.toString(firstSequence - 1 + SEQUENCES_PER_START));
    }

    /**
     * Opens it, making what is missing.
     *
     * @throws DataDirectoryException if another agent has it, or what it holds cannot be read
     */
    public static DataDirectory open(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        FileChannel channel = null;
        try {
            Files.createDirectories(
                    root,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            channel =
                    FileChannel.open(
                            root.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new DataDirectoryException(
                        "another agent uses "
                                + root
                                + ": stop it, or give this one its own --data");
            }
            return new DataDirectory(root, channel, lock);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new DataDirectoryException("cannot use " + root + " as data directory: " + e, e);
        } catch (DataDirectoryException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // by another agent in this process
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // what is being reported already matters more
            }
        }
    }

    /** Whether there was none, or it was deleted. */
    public boolean isNew() {
        return isNew;
    }

    /** The directory itself, absolute. */
    public Path root() {
        return root;
    }

    /** One directory per attempt. */
    public Path attempts() {
        return root.resolve("attempts");
    }

    /** What is remembered of forgotten attempts. */
    public Path tombstones() {
        return root.resolve("tombstones");
    }

    /** Programs that the agent writes there, with their version in the name. */
    public Path programs() {
        return root.resolve("bin");
    }

    /** UUID of the node, made at the first start. */
    public String nodeId() {
        return nodeId;
    }

    /** Above every sequence that reports from this directory ever had. */
    public long firstSequence() {
        return firstSequence;
    }

    /** The cluster it belongs to; empty before the first welcome. */
    public String clusterId() {
        return clusterId;
    }

    /** Joins a cluster, durably. */
    public void joinCluster(String id) throws IOException {
        if (!id.equals(clusterId)) {
            write("cluster-id", id);
            clusterId = id;
        }
    }

    /** The highest epoch it obeyed. */
    public long highestEpoch() {
        return highestEpoch;
    }

    /** Raises the highest epoch, durably. */
    public synchronized void raiseEpoch(long epoch) throws IOException {
        if (epoch > highestEpoch) {
            write("epoch", Long.toString(epoch));
            highestEpoch = epoch;
        }
    }

    /** Those that may lead, as leaders told an earlier agent; none before the first. */
    public List<String> coordinators() {
        return coordinators;
    }

    /** Remembers them for the next agent, durably. */
    public void keepCoordinators(List<String> all) throws IOException {
        write(COORDINATORS, String.join("\n", all));
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockChannel.close();
    }

    private static String nodeId(Path file) throws IOException {
        if (!Files.exists(file)) {
            DurableFiles.write(file, (UUID.randomUUID() + "\n").getBytes(UTF_8));
        }
        String text = Files.readString(file).strip();
        try {
            return UUID.fromString(text).toString();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no UUID: '" + text + "'", e);
        }
    }

    private Optional<String> read(String name) throws IOException {
        Path file = root.resolve(name);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    private long readNumber(String name) throws IOException {
        String text = read(name).orElse("0");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(root.resolve(name) + " holds no number: '" + text + "'", e);
        }
    }

    private void write(String name, String value) throws IOException {
        DurableFiles.write(root.resolve(name), (value + "\n").getBytes(UTF_8));
    }
}
