package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a log was when, so that it can be read from a time on: what tasks print carries no
 * times. Beside each log lies an index of pairs of longs, a time in milliseconds since 1970 and the
 * size of the log then, in bytes: one for each look at which it had another size than before.
 *
 * <p>{@link #look} is for one thread; {@link #offset} for any.
 */
public final class LogTimes {

    private static final Logger LOG = LoggerFactory.getLogger(LogTimes.class);

    private static final int PAIR_BYTES = 2 * Long.BYTES;

    /** An index of so many pairs loses every second one. */
    private static final int MOST_PAIRS = 64 * 1024;

    /**
     * A file's time of change is that of the kernel's last tick: it lies up to 10 ms behind the
     * clock (100 Hz), or more where a virtual machine gets its ticks late.
     */
    private static final long TICK_MILLIS = 100;

    /** Of a longer line only the end is shown. */
    private static final int LONGEST_LINE = 64 * 1024;

    private final InstantSource clock;
    private final Map<Path, Long> sizes = new HashMap<>();

    /** Has looked at nothing yet. */
    public LogTimes(InstantSource clock) {
        this.clock = clock;
    }

    /** The index of a log. */
    static Path index(Path log) {
        return log.resolveSibling("." + log.getFileName() + ".times");
    }

    /**
     * Notes how long logs are now.
     *
     * @param attempts those whose logs may grow, with their tasks' directories
     */
    public void look(Map<AttemptId, Path> attempts) {
        Set<Path> seen = new HashSet<>();
        attempts.forEach((id, directory) -> {
            for (TaskPaths.LogName name : TaskPaths.LogName.values()) {
                LogFiles.locate(directory, name, id.number()).ifPresent(seen::add);
            }
        });
        sizes.keySet().retainAll(seen);
        seen.forEach(this::look);
    }

    private void look(Path log) {
        try {
            long now = clock.millis();
            long size = Files.size(log);
            Long before = sizes.put(log, size);
            if (size != (before == null ? 0 : before)) {
                note(index(log), now, size);
            }
        } catch (NoSuchFileException _) {
            // It has written nothing yet, or somebody removed it.
        } catch (IOException e) {
            LOG.debug("log_time_not_noted log={}", log, e);
        }
    }

    private static void note(Path index, long millis, long size) throws IOException {
        long pairs;
        try (FileChannel file = open(index, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            pairs =
                    file.size()
                            / PAIR_BYTES; // an agent that was killed may have left a part of one
            write(
                    file,
                    ByteBuffer.allocate(PAIR_BYTES).putLong(millis).putLong(size),
                    pairs * PAIR_BYTES);
        }
        if (pairs + 1 >= MOST_PAIRS) {
            thin(index);
        }
    }

    private static void thin(Path index) throws IOException {
        ByteBuffer all = read(index);
        ByteBuffer kept = ByteBuffer.allocate(all.remaining());
        for (int at = PAIR_BYTES; at + PAIR_BYTES <= all.limit(); at += 2 * PAIR_BYTES) {
            kept.put(all.slice(at, PAIR_BYTES));
        }
        Path thinner = index.resolveSibling(index.getFileName() + ".tmp");
        try (FileChannel file =
                open(
                        thinner,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            write(file, kept, 0);
        }
        Files.move(thinner, index, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Where the first line begins of what was written since a time: too early by the second between
     * two looks at most, and by all that was written while no agent looked.
     *
     * @param log its name
     * @param file the same, opened
     * @param size of the part of it that counts, in bytes
     */
    public static long offset(Path log, FileChannel file, long size, long sinceMillis)
            throws IOException {
        long written = Files.getLastModifiedTime(log, LinkOption.NOFOLLOW_LINKS).toMillis();
        if (written + TICK_MILLIS < sinceMillis) {
            return size;
        }
        return lineStart(file, Math.min(size, sizeAt(index(log), sinceMillis)));
    }

    /** What a log had for certain at that time. */
    private static long sizeAt(Path index, long millis) throws IOException {
        ByteBuffer all = read(index);
        long size = 0;
        while (all.remaining() >= PAIR_BYTES) {
            long time = all.getLong();
            long then = all.getLong();
            size = time <= millis ? then : size;
        }
        return size;
    }

    private static long lineStart(FileChannel file, long offset) throws IOException {
        long begin = Math.max(0, offset - LONGEST_LINE);
        ByteBuffer before = ByteBuffer.allocate((int) (offset - begin));
        fill(file, before, begin);
        for (int at = before.position(); at > 0; at--) {
            if (before.get(at - 1) == '\n') {
                return begin + at;
            }
        }
        return begin == 0 ? 0 : offset;
    }

    private static ByteBuffer read(Path index) throws IOException {
        try (FileChannel file = open(index, StandardOpenOption.READ)) {
            ByteBuffer all =
                    ByteBuffer.allocate(
                            (int) Math.min(file.size(), (long) MOST_PAIRS * PAIR_BYTES));
            fill(file, all, 0);
            return all.flip();
        } catch (NoSuchFileException _) {
            return ByteBuffer.allocate(0);
        }
    }

    private static void fill(FileChannel file, ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position()) < 0) {
                return;
            }
        }
    }

    private static void write(FileChannel file, ByteBuffer full, long from) throws IOException {
        full.flip();
        while (full.hasRemaining()) {
            file.write(full, from + full.position());
        }
    }

    /** The directory is the task's user's, who could put a link there. */
    private static FileChannel open(Path file, StandardOpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, all);
    }
}
