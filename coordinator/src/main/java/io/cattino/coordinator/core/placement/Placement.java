package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Node;
import java.util.List;

/**
 * A place for a task.
 *
 * @param space of the node; {@link #take} takes the place out of it
 * @param whole nobody else may be promised anything on these devices
 */
public record Placement(NodeSpace space, List<DeviceShare> devices, boolean whole) {
    public Placement {
        devices = List.copyOf(devices);
    }

    public Node node() {
        return space.node;
    }

    /** Takes the place out of what is left for the rest of the pass. */
    public void take(int cpus) {
        space.take(devices, whole, cpus);
    }
}
