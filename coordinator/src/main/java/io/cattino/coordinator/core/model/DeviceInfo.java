package io.cattino.coordinator.core.model;

/**
 * A device as its agent describes it; {@code kind} is cuda, rocm, ascend, fake or host.
 *
 * @param driver version of its driver; empty: not known
 */
public record DeviceInfo(
        int index, String uuid, String model, String kind, long totalMib, String driver) {
    /** Memory that an idle card shows as used by nobody. */
    private static final long IDLE_MIB = 64;

    /** A device whose driver is not known. */
    public DeviceInfo(int index, String uuid, String model, String kind, long totalMib) {
        this(index, uuid, model, kind, totalMib, "");
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
