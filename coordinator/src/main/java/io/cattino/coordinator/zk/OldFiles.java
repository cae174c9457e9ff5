package io.cattino.coordinator.zk;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what a restart does not need: ZooKeeper's own purge does the same, and talks on standard
 * output.
 */
final class OldFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OldFiles.class);

    private OldFiles() {}

    /**
     * Keeps the newest snapshots that can be read, and every log that one of them needs.
     *
     * @param directory where snapshots and logs lie
     * @param snapshots how many stay; with fewer, everything does
     */
    static void purge(FileTxnSnapLog files, Path directory, int snapshots) throws IOException {
        List<File> kept = files.findNValidSnapshots(snapshots);
        if (kept.size() < snapshots) {
            return;
        }
        long oldest =
                kept.stream()
                        .mapToLong(file -> Util.getZxidFromName(file.getName(), "snapshot"))
                        .min()
                        .orElse(0);
        Set<String> needed = new TreeSet<>();
        for (File log : files.getSnapshotLogs(oldest)) {
            needed.add(log.getName());
        }
        List<Path> doomed;
        try (Stream<Path> all = Files.list(directory)) {
            doomed =
                    all.filter(file -> old(file.getFileName().toString(), oldest, needed)).toList();
        }
        for (Path file : doomed) {
            LOG.debug("old ZooKeeper file deleted file={}", file);
            Files.deleteIfExists(file);
        }
    }

    private static boolean old(String name, long oldest, Set<String> needed) {
        long snapshot = Util.getZxidFromName(name, "snapshot");
        long log = Util.getZxidFromName(name, "log");
        return (snapshot >= 0 && snapshot < oldest)
                || (log >= 0 && log < oldest && !needed.contains(name));
    }
}
