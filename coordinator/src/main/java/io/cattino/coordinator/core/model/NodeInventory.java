package io.cattino.coordinator.core.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node has.
 *
 * @param memoryMib host memory, MiB
 * @param slots attempts it runs at most
 */
public record NodeInventory(
        List<DeviceInfo> devices,
        int cpus,
        long memoryMib,
        int slots,
        SortedMap<String, String> labels) {
    public NodeInventory {
        devices = List.copyOf(devices);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
