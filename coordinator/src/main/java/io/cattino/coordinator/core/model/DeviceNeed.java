package io.cattino.coordinator.core.model;

/** What a task asks of the devices of its node. */
public sealed interface DeviceNeed {
    int count();

    /** A CPU task: no device. */
    record None() implements DeviceNeed {
        @Override
        public int count() {
            return 0;
        }
    }

    /** Whole free devices: nobody else's attempt on them, and nobody else's memory. */
    record Whole(int count) implements DeviceNeed {}

    /** So much memory on each of {@code count} devices, beside others. */
    record Shared(int count, MemoryAsk memory) implements DeviceNeed {}
}
