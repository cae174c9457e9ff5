package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * A device as its agent describes it.
 *
 * @param kind cuda, rocm, ascend, fake or host
 * @param driver version of its driver; empty if nobody knows
 * @param pciBusId where it is on the PCI bus; empty if nobody knows
 * @param numaNode the NUMA node that it is nearest to; {@link #NUMA_UNKNOWN} if nobody knows
 * @param near indices of those of the node that it reaches fast: over a link of their own, or a
 *     switch of the PCI bus; in order, empty if nobody knows of any
 */
public record DeviceInfo(
        int index,
        String uuid,
        String model,
        String kind,
        long totalMib,
        String driver,
        String pciBusId,
        int numaNode,
        List<Integer> near) {

    /** Nobody knows which. */
    public static final int NUMA_UNKNOWN = -1;

    /** Memory that an idle card shows as used by nobody. */
    private static final long IDLE_MIB = 64;

    public DeviceInfo {
        near = List.copyOf(near);
    }

    /** One of which no more is known. */
    public DeviceInfo(int index, String uuid, String model, String kind, long totalMib) {
        this(index, uuid, model, kind, totalMib, "", "", NUMA_UNKNOWN, List.of());
    }

    /** The memory of a machine without cards, which always has other users. */
    public boolean isHost() {
        return kind.equals("host");
    }

    /** So much may be in use while nobody uses it, MiB: more than this is somebody's. */
    public long idleMib() {
        return Math.max(IDLE_MIB, totalMib / 50);
    }
}
