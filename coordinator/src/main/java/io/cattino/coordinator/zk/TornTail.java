package io.cattino.coordinator.zk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off what a crash or a power failure left half written at the end of the newest transaction
 * log, since ZooKeeper does not start with it. Nothing there was acknowledged: that happens after
 * the fsync. A bad record with a good one behind it is no torn tail, and stays for ZooKeeper to
 * refuse. What is cut off is kept beside the log.
 */
final class TornTail {
    private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);
    private static final Pattern LOG_FILE = Pattern.compile("log\\.[0-9a-f]+");
    private static final int MAGIC =
            ByteBuffer.wrap("ZKLG".getBytes(StandardCharsets.US_ASCII)).getInt();
    private static final int FILE_HEADER = 16;
    private static final int RECORD_HEADER = 12;
    private static final int MAX_RECORD = 64 * 1024 * 1024;
    private static final byte END_OF_RECORD = 'B';

    private TornTail() {}

    /** Repairs the newest log in a directory, if there is one and it needs that. */
    static void repair(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Optional<Path> newest;
        try (Stream<Path> files = Files.list(directory)) {
            newest =
                    files.filter(file -> LOG_FILE.matcher(file.getFileName().toString()).matches())
                            .max(Comparator.comparingLong(TornTail::zxid));
        }
        if (newest.isPresent()) {
            repairLog(newest.get());
        }
    }

    private static long zxid(Path file) {
        return Long.parseUnsignedLong(file.getFileName().toString().substring("log.".length()), 16);
    }

    private static void repairLog(Path file) throws IOException {
        ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file));
        if (log.limit() < FILE_HEADER || log.getInt(0) != MAGIC) {
            if (firstGood(log, 0) < 0) {
                keep(file, log, 0);
                Files.delete(file);
            }
            return;
        }
        int end = FILE_HEADER;
        while (good(log, end)) {
            end += RECORD_HEADER + log.getInt(end + Long.BYTES) + 1;
        }
        if (!zeros(log, end) && firstGood(log, end + 1) < 0) {
            keep(file, log, end);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
                channel.force(true);
            }
        }
    }

    private static void keep(Path file, ByteBuffer log, int from) throws IOException {
        Path kept = file.resolveSibling("torn-" + file.getFileName() + "-" + from);
        LOG.warn(
                "the newest ZooKeeper log ends in half a transaction log={} at={} kept={}",
                file,
                from,
                kept);
        byte[] tail = new byte[log.limit() - from];
        log.get(from, tail);
        Path written = Files.write(kept.resolveSibling(kept.getFileName() + ".tmp"), tail);
        Files.move(
                written, kept, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static boolean zeros(ByteBuffer log, int from) {
        for (int i = from; i < log.limit(); i++) {
            if (log.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the next good record begins, or -1. */
    private static int firstGood(ByteBuffer log, int from) {
        for (int i = from; i < log.limit(); i++) {
            if (good(log, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean good(ByteBuffer log, int at) {
        if (at + RECORD_HEADER >= log.limit()) {
            return false;
        }
        int length = log.getInt(at + Long.BYTES);
        long end = (long) at + RECORD_HEADER + length;
        if (length <= 0
                || length > MAX_RECORD
                || end >= log.limit()
                || log.get((int) end) != END_OF_RECORD) {
            return false;
        }
        Adler32 checksum = new Adler32();
        checksum.update(log.slice(at + RECORD_HEADER, length));
        return checksum.getValue() == log.getLong(at);
    }
}
