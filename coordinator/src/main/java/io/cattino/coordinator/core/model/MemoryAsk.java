package io.cattino.coordinator.core.model;

/** Memory wanted on each device. */
public sealed interface MemoryAsk {
    /** MiB a device of this size has to promise. */
    long mibOf(long totalMib);

    /** A fixed number of MiB, above 0. */
    record Mib(long mib) implements MemoryAsk {
        @Override
        public long mibOf(long totalMib) {
            return mib;
        }
    }

    /**
     * A share of the device's own total, in parts per million (1 to 1,000,000), rounded up to a
     * MiB.
     */
    record Share(int ppm) implements MemoryAsk {
        @Override
        public long mibOf(long totalMib) {
            return Math.ceilDiv(totalMib * ppm, 1_000_000L);
        }
    }
}
