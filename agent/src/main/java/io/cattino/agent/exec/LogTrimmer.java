package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the logs of attempts below their cap. Commands write to files themselves, with nothing
 * between that could fill up or die; so the middle of what is too long is dropped from the file
 * behind their backs: a hole takes no place on the disk. What is written between two looks comes on
 * top of the cap.
 *
 * <p>The hole is all that tells what was dropped: a later agent needs no more. Thread-safe; may
 * block.
 */
public final class LogTrimmer {

    private static final Logger LOG = LoggerFactory.getLogger(LogTrimmer.class);

    /** While no log comes near the cap, so many looks are left out. */
    private static final int SKIPPED = 9;

    private final LogCap cap;
    private final Punch punch;
    private final Map<AttemptId, Seen> attempts = new HashMap<>();
    private int toSkip;

    private static final class Seen {
        long size = -1;
        boolean hopeless;
        boolean failureTold;
    }

    /** Drops a part of a log; false where that cannot be done. */
    interface Punch {
        boolean drop(Path log, long from, long to) throws IOException;
    }

    public LogTrimmer(LogCap cap) {
        this(cap, LogTrimmer::punch);
    }

    LogTrimmer(LogCap cap, Punch punch) {
        this.cap = cap;
        this.punch = punch;
    }

    private static boolean punch(Path log, long from, long to) throws IOException {
        Optional<SparseFile> opened = SparseFile.toPunch(log);
        if (opened.isEmpty()) {
            return false;
        }
        try (SparseFile file = opened.get()) {
            // What is gone already is left alone: punching would count as a change of the file.
            return file.nextData(from, to) >= to || file.punch(from, to);
        }
    }

    /**
     * Trims what is too long; meant to be called every 100 ms, it looks once a second, or each time
     * while a log grows that is near the cap.
     *
     * @param growing those whose logs may grow, with their tasks' directories
     */
    public synchronized void look(Map<AttemptId, Path> growing) {
        if (toSkip > 0) {
            toSkip--;
            return;
        }
        attempts.keySet().retainAll(growing.keySet());
        boolean near = false;
        for (Map.Entry<AttemptId, Path> attempt : growing.entrySet()) {
            near |= trim(attempt.getKey(), attempt.getValue());
        }
        toSkip = near ? 0 : SKIPPED;
    }

    /** The last look at an attempt of which nothing writes any more. */
    public synchronized void finish(AttemptId id, Path taskDirectory) {
        var _ = trim(id, taskDirectory);
        attempts.remove(id);
    }

    /** Whether they have grown and are near the cap. */
    private boolean trim(AttemptId id, Path taskDirectory) {
        Map<Path, Long> logs = new LinkedHashMap<>();
        for (TaskPaths.LogName name : TaskPaths.LogName.values()) {
            LogFiles.locate(taskDirectory, name, id.number())
                    .ifPresent(log -> sizeOf(log).ifPresent(size -> logs.put(log, size)));
        }
        long size = logs.values().stream().mapToLong(Long::longValue).sum();
        Seen seen = attempts.computeIfAbsent(id, _ -> new Seen());
        if (seen.size == size || seen.hopeless) {
            return false;
        }
        seen.size = size;
        if (size > cap.bytes()) {
            logs.forEach((log, written) -> trim(seen, log, written));
        }
        return size > cap.bytes() / 2;
    }

    private static Optional<Long> sizeOf(Path log) {
        try {
            return Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(Files.size(log))
                    : Optional.empty();
        } catch (IOException _) { // removed meanwhile, or asked again soon
            return Optional.empty();
        }
    }

    private void trim(Seen seen, Path log, long size) {
        long to = cap.dropTo(size);
        if (to <= cap.head()) {
            return;
        }
        try {
            if (punch.drop(log, cap.head(), to)) {
                LOG.debug("log_trimmed log={} written={} dropped_to={}", log, size, to);
            } else if (!seen.hopeless) {
                seen.hopeless = true;
                LOG.warn("log_not_trimmed log={} cap={}: its file system has no holes", log, cap);
                say(log);
            }
        } catch (NoSuchFileException _) {
            // An attempt that follows moves it away, or somebody removed it.
        } catch (IOException e) {
            if (!seen.failureTold) {
                seen.failureTold = true;
                LOG.warn("log_not_trimmed log={}: trying again", log, e);
            }
        }
    }

    private void say(Path log) throws IOException {
        String text =
                "\ncattino: this log is beyond %s, and goes on growing: the file system of %s cannot drop a part of it\n"
                        .formatted(cap, log.getParent());
        try (FileChannel file =
                FileChannel.open(
                        log,
                        Set.of(
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND,
                                LinkOption.NOFOLLOW_LINKS))) {
            ByteBuffer bytes = UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }
    }
}
