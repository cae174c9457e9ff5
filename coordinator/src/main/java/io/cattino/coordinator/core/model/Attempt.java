package io.cattino.coordinator.core.model;

import java.util.List;
import java.util.Optional;

/**
 * One execution of a task, as the record keeps it.
 *
 * @param nodeName kept for people: the node may be forgotten
 * @param loss empty: it is never given up
 * @param startedWallMs 0 before it started
 * @param pid of the command; 0 before it started
 * @param end empty while it goes on
 * @param overUse what it used of a device when it was first seen to use more than it was promised
 */
public record Attempt(
        AttemptId id,
        NodeId node,
        String nodeName,
        List<DeviceShare> devices,
        Optional<ContactLoss> loss,
        long placedWallMs,
        long startedWallMs,
        long pid,
        Optional<End> end,
        Optional<DeviceShare> overUse) {
    public Attempt {
        devices = List.copyOf(devices);
    }

    /**
     * Its end.
     *
     * @param peaks the most it was seen to use of its devices; without those where it was not seen
     *     to use any
     */
    public record End(AttemptResult result, long wallMs, List<DeviceShare> peaks) {
        public End {
            peaks = List.copyOf(peaks);
        }
    }

    /** MiB of a device that it was promised; 0 if it was promised none. */
    public long promised(int device) {
        return devices.stream()
                .filter(share -> share.index() == device)
                .mapToLong(DeviceShare::mib)
                .sum();
    }

    /** A node was chosen for it. */
    public static Attempt placed(
            Allocation allocation, String nodeName, Optional<ContactLoss> loss, long wallMs) {
        return new Attempt(
                allocation.attempt(),
                allocation.node(),
                nodeName,
                allocation.devices(),
                loss,
                wallMs,
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    /** Reported running. */
    public Attempt started(long wallMs, long commandPid) {
        return new Attempt(
                id, node, nodeName, devices, loss, placedWallMs, wallMs, commandPid, end, overUse);
    }

    /** Reported ended. */
    public Attempt ended(End reported) {
        return new Attempt(
                id,
                node,
                nodeName,
                devices,
                loss,
                placedWallMs,
                startedWallMs,
                pid,
                Optional.of(reported),
                overUse);
    }

    /** Seen to use more than it was promised. */
    public Attempt overUsed(DeviceShare used) {
        return new Attempt(
                id,
                node,
                nodeName,
                devices,
                loss,
                placedWallMs,
                startedWallMs,
                pid,
                end,
                Optional.of(used));
    }
}
