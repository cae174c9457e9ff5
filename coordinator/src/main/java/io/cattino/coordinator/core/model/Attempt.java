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
        Optional<End> end) {
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

    /** Reported running. */
    public Attempt started(long wallMs, long commandPid) {
        return new Attempt(
                id, node, nodeName, devices, loss, placedWallMs, wallMs, commandPid, end);
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
                Optional.of(reported));
    }
}
