package io.cattino.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the farm, as it was when it was read.
 *
 * @param id its identity
 * @param name its name
 * @param state whether it can take tasks
 * @param draining whether it takes no new tasks by an operator's wish
 * @param drainReason why; empty if it is not draining
 * @param drainRemaining time left until what still runs there is stopped and goes elsewhere; null:
 *     it may stay
 * @param troubles what keeps it from taking tasks though it is in contact: {@code DiskFull}, {@code
 *     FenceDown}, {@code Deaf}, or what a newer coordinator knows
 * @param devices its cards, or its host memory if it has none
 * @param cpus its CPU cores
 * @param memoryMib MiB of host memory
 * @param slots attempts it runs at most
 * @param running attempts it holds now
 * @param agentVersion version of its agent
 * @param lastSeenTime when it was last heard of; null if not since this leader took over
 * @param labels its labels
 */
public record NodeInfo(
        String id,
        String name,
        State state,
        boolean draining,
        String drainReason,
        @Nullable Duration drainRemaining,
        List<String> troubles,
        List<DeviceInfo> devices,
        int cpus,
        long memoryMib,
        int slots,
        int running,
        String agentVersion,
        @Nullable Instant lastSeenTime,
        Map<String, String> labels) {

    public NodeInfo {
        troubles = List.copyOf(troubles);
        devices = List.copyOf(devices);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    }

    /** Whether a node can take tasks. */
    public enum State {
        /** It can. */
        READY,
        /** Its heartbeat is late; no new tasks. */
        SUSPECT,
        /** No heartbeat for 15 s. */
        UNREACHABLE,
        /** Not heard of since this leader took over. */
        UNKNOWN,
        /** No heartbeat for the farm's {@code lost-after}: tasks that may be given up are. */
        LOST,
        /** Stopped as planned. */
        AWAY
    }
}
