package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.NodeInventory;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Refuses what no machine can have: everything after it may count on sane numbers. */
final class InventoryCheck {
    /**
     * An exbibyte; far below what could overflow when added up or multiplied by parts per million.
     */
    private static final long MOST_MIB = 1L << 40;

    private static final int MOST_DEVICES = 1_024;
    private static final int MOST = 1_000_000;

    private InventoryCheck() {}

    static Optional<Rejection> of(NodeInventory inventory) {
        if (inventory.devices().size() > MOST_DEVICES) {
            return wrong("devices", "more than " + MOST_DEVICES + " devices");
        }
        Set<Integer> indexes = new HashSet<>();
        for (DeviceInfo device : inventory.devices()) {
            if (device.index() < 0 || !indexes.add(device.index())) {
                return wrong("devices", "device " + device.index() + " is negative or twice there");
            }
            if (device.totalMib() < 0 || device.totalMib() > MOST_MIB) {
                return wrong("devices", device.totalMib() + " MiB on device " + device.index());
            }
        }
        if (inventory.cpus() < 0 || inventory.cpus() > MOST) {
            return wrong("cpus", inventory.cpus() + " cores");
        }
        return inventory.slots() < 0 || inventory.slots() > MOST
                ? wrong("slots", inventory.slots() + " slots")
                : Optional.empty();
    }

    private static Optional<Rejection> wrong(String field, String text) {
        return Optional.of(
                new Rejection.Invalid(
                        "inventory." + field,
                        "an inventory cannot be right: " + text,
                        "check the agent's options and its probes"));
    }
}
