package io.cattino.agent.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells whose a process on a device is, if it is no attempt's. Stateless; any thread. */
public final class Squatters {

    /** Of one device; what is beyond them still counts, without a name. */
    public static final int MOST = 8;

    private Squatters() {}

    /**
     * Those of one device that live, the largest first.
     *
     * @param mibByPid memory of the device that each process uses, MiB
     */
    public static List<DeviceProbe.Squatter> of(Map<Long, Long> mibByPid) {
        return mibByPid.entrySet().stream()
                .sorted(
                        Comparator.comparingLong((Map.Entry<Long, Long> use) -> -use.getValue())
                                .thenComparing(Map.Entry::getKey))
                .limit(MOST)
                .map(use -> squatter(use.getKey(), use.getValue()))
                .toList();
    }

    private static DeviceProbe.Squatter squatter(long pid, long mib) {
        Path directory = Path.of("/proc", Long.toString(pid));
        Optional<Instant> started = ProcessHandle.of(pid).flatMap(it -> it.info().startInstant());
        return new DeviceProbe.Squatter(pid, user(directory), command(directory), started, mib);
    }

    /** The login name, or the number of one who has none here; empty if it is gone or hidden. */
    private static String user(Path directory) {
        try {
            return Files.getOwner(directory).getName();
        } catch (IOException _) {
            return "";
        }
    }

    private static String command(Path directory) {
        try {
            return Files.readString(directory.resolve("comm")).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
