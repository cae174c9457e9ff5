package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Where;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a node counts for a task that says where it may run.
 *
 * @param node whether the node does; its devices count whatever it is
 * @param devices those that it may have
 * @param preferredNode whether the node is as it would rather have it
 * @param preferred those of its devices that are
 */
record Reach(
        boolean node,
        List<DeviceSpace> devices,
        boolean preferredNode,
        List<DeviceSpace> preferred) {
    Reach {
        devices = List.copyOf(devices);
        preferred = List.copyOf(preferred);
    }

    /** For a task that may run anywhere, and does not mind. */
    static Reach all(List<DeviceSpace> devices) {
        return new Reach(true, devices, true, devices);
    }

    static Reach of(Where where, Node node, List<DeviceSpace> all) {
        List<DeviceSpace> devices = where.must().isEmpty() ? all : those(where.must(), all);
        boolean preferred = true;
        for (Term term : where.prefer()) {
            if (term instanceof Term.OfNode asked && !asked.holds(node)) {
                preferred = false;
            }
        }
        return new Reach(takes(where, node), devices, preferred, those(where.prefer(), devices));
    }

    private static List<DeviceSpace> those(List<Term> terms, List<DeviceSpace> devices) {
        List<DeviceSpace> those = new ArrayList<>(devices.size());
        boolean last = false;
        for (int i = 0; i < devices.size(); i++) {
            DeviceSpace device = devices.get(i);
            boolean again = i > 0 && devices.get(i - 1).isLike(device); // most nodes have one model
            last = again ? last : holds(terms, device.info);
            if (last) {
                those.add(device);
            }
        }
        return those;
    }

    /** Whether the node is one that the task may run on, whatever its devices are. */
    static boolean takes(Where where, Node node) {
        if (!where.lists(node.name())) {
            return false;
        }
        for (Term term : where.must()) {
            if (term instanceof Term.OfNode asked && !asked.holds(node)) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of the terms that are of devices hold of this one. */
    static boolean holds(List<? extends Term> terms, DeviceInfo device) {
        for (Term term : terms) {
            if (term instanceof Term.OfDevice asked && !asked.holds(device)) {
                return false;
            }
        }
        return true;
    }

    /** How many devices have to be as these terms say: of a task without any, one. */
    static int needed(TaskSpec spec, List<Term> terms) {
        for (Term term : terms) {
            if (term instanceof Term.OfDevice) {
                return Math.max(1, spec.devices().count());
            }
        }
        return 0;
    }
}
