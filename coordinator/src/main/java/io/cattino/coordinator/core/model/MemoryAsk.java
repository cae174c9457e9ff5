package io.cattino.coordinator.core.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Memory wanted on each device. */
public sealed interface MemoryAsk {
    /** MiB that this device has to promise; all it has where {@link #wholeOn} says so. */
    long mibOf(DeviceInfo device);

    /** Whether nobody else may be on this device. */
    default boolean wholeOn(DeviceInfo device) {
        return false;
    }

    /** A fixed number of MiB, above 0. */
    record Mib(long mib) implements MemoryAsk {
        @Override
        public long mibOf(DeviceInfo device) {
            return mib;
        }
    }

    /**
     * A share of the device's own total, in parts per million (1 to 1,000,000), rounded up to a
     * MiB.
     */
    record Share(int ppm) implements MemoryAsk {
        @Override
        public long mibOf(DeviceInfo device) {
            return Math.ceilDiv(device.totalMib() * ppm, 1_000_000L);
        }
    }

    /**
     * As much as earlier runs of the same work used; how much that is, the state knows. By itself a
     * whole device, which is how it is found out.
     */
    record Auto(Work work) implements MemoryAsk {
        @Override
        public long mibOf(DeviceInfo device) {
            return device.totalMib();
        }

        @Override
        public boolean wholeOn(DeviceInfo device) {
            return true;
        }
    }

    /**
     * What {@link Auto} comes to as things are: reckoned for a look, never stored.
     *
     * @param mib by model; a model without is one on which nothing is known yet
     */
    record Learned(Map<String, Long> mib) implements MemoryAsk {
        public Learned {
            mib = Map.copyOf(mib); // looked up only
        }

        @Override
        public long mibOf(DeviceInfo device) {
            Long known = mib.get(device.model());
            return wholeOn(known, device) || known == null ? device.totalMib() : known;
        }

        @Override
        public boolean wholeOn(DeviceInfo device) {
            return wholeOn(mib.get(device.model()), device);
        }

        /** What leaves others no more than an idle device may lack is all of it. */
        private static boolean wholeOn(@Nullable Long known, DeviceInfo device) {
            return known == null || known > device.totalMib() - device.idleMib();
        }
    }
}
