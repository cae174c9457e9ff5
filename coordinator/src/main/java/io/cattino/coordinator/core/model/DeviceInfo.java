package io.cattino.coordinator.core.model;

/**
 * A device as its agent describes it.
 *
 * @param kind cuda, rocm, ascend, fake or host
 * @param driver version of its driver; empty if nobody knows
 * @param pciBusId where it is on the PCI bus; empty if nobody knows
 * @param numaNode the NUMA node that it is nearest to; {@link #NUMA_UNKNOWN} if nobody knows
 */
public record DeviceInfo(
        int index,
        String uuid,
        String model,
        String kind,
        long totalMib,
        String driver,
        String pciBusId,
        int numaNode) {

    /** Nobody knows which. */
    public static final int NUMA_UNKNOWN = -1;

    /** Memory that an idle card shows as used by nobody. */
    private static final long IDLE_MIB = 64;

    /** One of which no more is known. */
    public DeviceInfo(int index, String uuid, String model, String kind, long totalMib) {
        this(index, uuid, model, kind, totalMib, "", "", NUMA_UNKNOWN);
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
