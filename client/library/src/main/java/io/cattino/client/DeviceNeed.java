package io.cattino.client;

import org.jspecify.annotations.Nullable;

/**
 * What a task asks of the devices of its node.
 *
 * @param count how many devices, 0 to 1024; 0 is a CPU task, which gets none
 * @param memory memory on each of them; null with a count above 0 asks for whole free devices
 */
public record DeviceNeed(int count, @Nullable Memory memory) {

    /** The most devices that a task can ask for. */
    public static final int MAX_COUNT = 1024;

    private static final DeviceNeed NONE = new DeviceNeed(0, null);

    /**
     * Checks the two.
     *
     * @throws IllegalArgumentException for a count out of range, or memory on no device
     */
    public DeviceNeed {
        if (count < 0 || count > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "a task takes 0 to %d devices, not %d".formatted(MAX_COUNT, count));
        }
        if (count == 0 && memory != null) {
            throw new IllegalArgumentException(
                    "memory per device (%s) needs at least 1 device: set minDevices(1)"
                            .formatted(memory));
        }
    }

    /** A CPU task's need: no device. */
    public static DeviceNeed none() {
        return NONE;
    }

    /** Whole free devices. */
    public static DeviceNeed whole(int count) {
        return new DeviceNeed(count, null);
    }

    /** Devices with so much memory on each. */
    public static DeviceNeed of(int count, Memory memory) {
        return new DeviceNeed(count, memory);
    }

    /**
     * {@code 2 x 20000 MiB}, {@code 1 x 50%}, {@code 1 x auto}, {@code 2 whole}, or {@code none}.
     */
    @Override
    public String toString() {
        if (count == 0) {
            return "none";
        }
        return memory == null ? count + " whole" : count + " x " + memory;
    }
}
