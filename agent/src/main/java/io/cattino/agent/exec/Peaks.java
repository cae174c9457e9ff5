package io.cattino.agent.exec;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePeak;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The most that one attempt was seen to use of each device: in memory, and in its directory for the
 * next agent. For people only, so nothing that goes wrong with it is worth more than a log line.
 *
 * <p>Thread-safe: the sampler notes, who tells the end reads.
 */
final class Peaks {

    private static final Logger LOG = LoggerFactory.getLogger(Peaks.class);

    private final AttemptId id;
    private final AttemptDirectory directory;

    /** By device, MiB; null before it was read. */
    @GuardedBy("this")
    private @Nullable Map<Integer, Long> highest;

    @GuardedBy("this")
    private boolean unwritten;

    @GuardedBy("this")
    private boolean complained;

    @GuardedBy("this")
    private boolean closed;

    Peaks(AttemptId id, AttemptDirectory directory) {
        this.id = id;
        this.directory = directory;
    }

    /** What the attempt uses of a device now. Nothing is no peak: it may not have been seen. */
    synchronized void note(int device, long mib) {
        Map<Integer, Long> peaks = highest();
        if (mib > peaks.getOrDefault(device, 0L)) {
            peaks.put(device, mib);
            unwritten = true;
        }
        // An orphan has no directory; and one that is about to be removed must stay as it is.
        if (unwritten && !closed && Files.isDirectory(directory.path())) {
            write(peaks);
        }
    }

    /** By index. */
    synchronized List<DevicePeak> all() {
        return highest().entrySet().stream()
                .map(peak -> new DevicePeak(peak.getKey(), peak.getValue()))
                .toList();
    }

    /** Writes nothing more: the directory is about to be removed. */
    synchronized void close() {
        closed = true;
    }

    @GuardedBy("this")
    private Map<Integer, Long> highest() {
        if (highest == null) {
            highest = new TreeMap<>();
            try {
                for (DevicePeak peak : directory.peaks()) {
                    highest.merge(peak.index(), peak.mib(), Math::max);
                }
            } catch (IOException e) {
                LOG.warn("peaks_unreadable attempt={}: they begin anew", id, e);
            }
        }
        return highest;
    }

    @GuardedBy("this")
    private void write(Map<Integer, Long> peaks) {
        try {
            directory.writePeaks(all());
            unwritten = false;
            complained = false;
        } catch (IOException e) {
            if (!complained) { // it is tried again at each sample
                complained = true;
                LOG.warn("peaks_not_written attempt={}: a restart forgets {}", id, peaks, e);
            }
        }
    }
}
