package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.DeviceShare;
import java.util.List;

/**
 * Where a task is, or would be, as things are.
 *
 * @param node it is on, or would start on; empty if it waits
 * @param devices of that node
 * @param reason why it waits; {@link Reason#NONE} with a node
 */
public record Prospect(String node, List<DeviceShare> devices, Reason reason) {
    public Prospect {
        devices = List.copyOf(devices);
    }

    static Prospect waits(Reason reason) {
        return new Prospect("", List.of(), reason);
    }
}
