package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.Course;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One attempt whose processes may be alive. The fields that change are written by few and read by
 * all.
 */
final class Supervised {

    /** Who starts more of them than that is known by its other signs. */
    private static final int MOST_ON_DEVICES = 10_000;

    final AttemptId id;
    final AttemptDirectory directory;
    final Peaks peaks;

    /** Its processes that a driver has shown on a device: pid, start. */
    private final Map<Long, Long> onDevices = new ConcurrentHashMap<>();

    /** What its processes carry in their environment. */
    final String marker;

    /**
     * Whether the supervisor was seen alive by this agent. If not, its session's number may belong
     * to somebody else by now, and only the marker tells.
     */
    volatile boolean sessionKnown;

    volatile @Nullable SupervisorIdentity supervisor;

    /** Where its processes are kept together; null if they are not. */
    volatile @Nullable Cgroup cgroup;

    /**
     * Whether it was found by its marker alone: its records are lost, so its supervisor, whose
     * place its oldest process takes here, is of no use any more and is ended with the others.
     */
    volatile boolean orphan;

    Supervised(AttemptId id, AttemptDirectory directory, String marker) {
        this.id = id;
        this.directory = directory;
        this.peaks = new Peaks(id, directory);
        this.marker = marker;
    }

    /** How it went until now. */
    Course course() throws IOException {
        return new Course(directory.groupsStarted(), peaks.all());
    }

    /** Whether a process belongs to the attempt, as far as its session tells. */
    boolean ownsSession(ProcessTable.Entry entry) {
        SupervisorIdentity known = supervisor;
        return sessionKnown && known != null && entry.session() == known.pid();
    }

    /** A driver has shown it on a device: it stays this attempt's whatever it does from then on. */
    void seenOnDevice(ProcessTable.Entry entry) {
        if (onDevices.size() < MOST_ON_DEVICES) {
            onDevices.put(entry.pid(), entry.startTicks());
        }
    }

    boolean wasOnDevice() {
        return !onDevices.isEmpty();
    }

    boolean wasOnDevice(ProcessTable.Entry entry) {
        return Long.valueOf(entry.startTicks()).equals(onDevices.get(entry.pid()));
    }

    /** Of a process that is gone, and that a driver still shows. */
    boolean wasOnDevice(long pid) {
        return onDevices.containsKey(pid);
    }

    boolean isSupervisor(ProcessTable.Entry entry) {
        SupervisorIdentity known = supervisor;
        return !orphan
                && known != null
                && entry.pid() == known.pid()
                && entry.startTicks() == known.startTicks();
    }
}
