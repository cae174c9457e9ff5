package io.cattino.agent.store;

import io.cattino.proto.v1.AttemptReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The ends of forgotten attempts, so that none of them is ever launched again.
 *
 * <p>Appended to a file per hour and start, which is dropped as a whole when its youngest end is
 * old enough; never appended to a file of an earlier start, whose tail may be torn. Thread-safe.
 */
public final class Tombstones implements AutoCloseable {

    /** Length and checksum of what follows. */
    private static final int HEADER = 2 * Integer.BYTES;

    private static final String SUFFIX = ".ends";
    private static final long FILE_MS = Duration.ofHours(1).toMillis();

    private final Path directory;
    private final long keepMs;
    private @Nullable FileChannel current;
    private long currentSinceMs;

    /**
     * @param directory exists already
     * @param keep how long an end is kept
     */
    public Tombstones(Path directory, Duration keep) {
        this.directory = directory;
        this.keepMs = keep.toMillis();
    }

    /** All ends that are kept, oldest first; drops the files that are too old. */
    public synchronized List<AttemptReport> load(long nowMs) throws IOException {
        List<AttemptReport> ends = new ArrayList<>();
        for (Path file : files()) {
            if (isOld(file, nowMs)) {
                Files.delete(file);
            } else {
                readInto(file, ends);
            }
        }
        return ends;
    }

    /** Makes an end durable. */
    public synchronized void add(AttemptReport end, long nowMs) throws IOException {
        FileChannel channel = channel(nowMs);
        byte[] bytes = end.toByteArray();
        ByteBuffer buffer =
                ByteBuffer.allocate(HEADER + bytes.length)
                        .putInt(bytes.length)
                        .putInt(checksum(bytes))
                        .put(bytes)
                        .flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(false);
    }

    private FileChannel channel(long nowMs) throws IOException {
        FileChannel open = current;
        if (open != null && nowMs - currentSinceMs < FILE_MS) {
            return open;
        }
        close();
        for (Path file : files()) {
            if (isOld(file, nowMs)) {
                Files.delete(file);
            }
        }
        long stamp = nowMs;
        while (Files.exists(directory.resolve(stamp + SUFFIX))) {
            stamp++;
        }
        FileChannel fresh =
                FileChannel.open(
                        directory.resolve(stamp + SUFFIX),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.APPEND);
        DurableFiles.syncDirectory(directory);
        current = fresh;
        currentSinceMs = nowMs;
        return fresh;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> listed = Files.list(directory)) {
            return listed.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        }
    }

    private boolean isOld(Path file, long nowMs) throws IOException {
        return nowMs - Files.getLastModifiedTime(file).toMillis() > keepMs;
    }

    /**
     * Up to a tail that was being written when the power failed: nobody was told that it is kept.
     */
    private static void readInto(Path file, List<AttemptReport> ends) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
        while (all.remaining() >= HEADER) {
            int length = all.getInt();
            int checksum = all.getInt();
            if (length < 0 || length > all.remaining()) {
                return;
            }
            byte[] bytes = new byte[length];
            all.get(bytes);
            if (checksum(bytes) != checksum) {
                return;
            }
            ends.add(AttemptReport.parseFrom(bytes));
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    @Override
    public synchronized void close() throws IOException {
        FileChannel open = current;
        current = null;
        if (open != null) {
            open.close();
        }
    }
}
