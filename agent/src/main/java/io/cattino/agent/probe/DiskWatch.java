package io.cattino.agent.probe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk of the agent's records, or one of those that tasks wrote their logs to lately,
 * is full. Thread-safe; only {@link #look} touches disks, and may hang with them.
 */
public final class DiskWatch {

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    /** Directories of logs that are remembered; submissions share their disks. */
    private static final int REMEMBERED = 16;

    private final Path data;
    private final DiskReserve reserve;

    @GuardedBy("this")
    private final Map<Path, Boolean> logs =
            new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Path, Boolean> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private volatile boolean full;

    /**
     * @param data the agent's directory
     * @param reserve what has to be free
     */
    public DiskWatch(Path data, DiskReserve reserve) {
        this.data = data;
        this.reserve = reserve;
    }

    /** Logs are written below it; it may not be there yet. */
    public synchronized void writesTo(Path directory) {
        logs.put(directory, true);
    }

    /** Whether one of them is full, as of the last look. */
    public boolean isFull() {
        return full;
    }

    /** Looks. */
    public void look() {
        List<Path> all = new ArrayList<>(List.of(data));
        synchronized (this) {
            all.addAll(logs.keySet());
        }
        boolean now = all.stream().anyMatch(this::isFull);
        if (now != full) {
            LOG.warn("disk full={} directories={} reserve={}", now, all, reserve);
        }
        full = now;
    }

    private boolean isFull(Path directory) {
        Path there = directory;
        while (there != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (there == null) {
            return false;
        }
        try {
            FileStore store = Files.getFileStore(there);
            return reserve.isShort(store.getUsableSpace(), store.getTotalSpace());
        } catch (IOException e) {
            LOG.warn("disk_unknown directory={}", there, e);
            return full; // as it was
        }
    }
}
