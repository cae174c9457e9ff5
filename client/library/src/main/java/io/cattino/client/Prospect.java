package io.cattino.client;

import java.util.List;

/**
 * Where a task is, or would start, as things were when the coordinator said so.
 *
 * @param fullname its final fullname
 * @param node it is on, or would start on; empty: it waits
 * @param devices of that node
 * @param reason why it waits; none with a node
 */
public record Prospect(String fullname, String node, List<DeviceShare> devices, Reason reason) {

    public Prospect {
        devices = List.copyOf(devices);
    }

    /** Whether it starts at once. */
    public boolean startsNow() {
        return !node.isEmpty();
    }
}
