package io.cattino.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A card, or the host memory of a machine without cards, as it was when it was read.
 *
 * @param index its index on its node, as in {@code CUDA_VISIBLE_DEVICES}
 * @param uuid its identity
 * @param model for people: {@code NVIDIA H200}
 * @param kind {@code cuda}, {@code rocm}, {@code ascend}, {@code fake} or {@code host}
 * @param totalMib MiB it has
 * @param usedMib MiB in use, all processes together, measured
 * @param promisedMib MiB promised to tasks
 * @param externalMib MiB in use by processes that are not tasks, measured
 * @param attempts attempts that hold a part of it
 * @param state whether it can be given out
 * @param squatters the largest of the processes that are not tasks, as far as they are known
 * @param driver version of its driver: {@code 570.86.15}; empty if nobody knows
 * @param pciBusId where it is on the PCI bus: {@code 0000:3b:00.0}; empty if nobody knows
 * @param numaNode the NUMA node that it is nearest to; null if nobody knows
 * @param telemetry how it fares
 * @param health why it is sick or quarantined, for people; empty if it is neither
 */
public record DeviceInfo(
        int index,
        String uuid,
        String model,
        String kind,
        long totalMib,
        long usedMib,
        long promisedMib,
        long externalMib,
        int attempts,
        State state,
        List<Squatter> squatters,
        String driver,
        String pciBusId,
        @Nullable Integer numaNode,
        DeviceTelemetry telemetry,
        String health) {

    /** Copies. */
    public DeviceInfo {
        squatters = List.copyOf(squatters);
    }

    /** Whether a device can be given out. */
    public enum State {
        /** It can. */
        OK,
        /** An attempt ended on it, and its processes are not proved gone yet. */
        CLEANING,
        /** Left-over processes could not be killed; an operator has to look. */
        QUARANTINED,
        /** Its driver does not answer, or does not show it; nothing new is placed on it. */
        UNMEASURED,
        /** It is sick, as {@code health} says; nothing new is placed on it. */
        SICK,
        /** A state that this version of the library does not know. */
        UNKNOWN
    }
}
