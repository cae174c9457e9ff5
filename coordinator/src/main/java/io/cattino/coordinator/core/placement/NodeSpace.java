package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.Input.RunningAttempt;
import io.cattino.coordinator.core.NodeBook;
import io.cattino.coordinator.core.NodeHealth;
import io.cattino.coordinator.core.NodeTrouble;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one node can still promise, during one pass. */
public final class NodeSpace {
    final Node node;
    final NodeHealth health;
    final Set<NodeTrouble> troubles;
    final List<DeviceSpace> devices = new ArrayList<>();
    final Nearness nearness;
    private final Map<Integer, DeviceSpace> byIndex = new HashMap<>();
    private int freeSlots;
    private int freeCpus;
    private boolean reserved;

    /** Looked up only. */
    private final Map<Ask, Fit> fits = new HashMap<>();

    private Mix fitsWith = Mix.NONE;

    /** Looked up only. */
    private final Map<Where, Known> reaches = new HashMap<>();

    /** What was looked up last: a look at a node asks several times. */
    private @Nullable Where lastWhere;

    private @Nullable Known last;

    private record Known(int number, Reach reach) {}

    private record Ask(DeviceNeed devices, int cpus, int reach, boolean preferred) {}

    private NodeSpace(
            Node node, NodeHealth health, Set<NodeTrouble> troubles, List<DeviceSample> samples) {
        this.node = node;
        this.health = health;
        this.troubles = troubles;
        this.freeSlots = node.inventory().slots();
        this.freeCpus = node.inventory().cpus();
        Map<Integer, DeviceSample> newest = new HashMap<>();
        samples.forEach(sample -> newest.put(sample.index(), sample));
        for (DeviceInfo info : node.inventory().devices()) {
            DeviceSpace device = new DeviceSpace(info, devices.size(), newest.get(info.index()));
            devices.add(device);
            byIndex.put(info.index(), device);
        }
        this.nearness = Nearness.of(devices);
    }

    /**
     * Adds up a node.
     *
     * @param samples the newest of its agent; a device without one can promise nothing
     * @param orphans attempts on it that no journal knows; what they hold is withheld
     */
    public static NodeSpace of(
            Node node,
            NodeHealth health,
            Set<NodeTrouble> troubles,
            NodeBook book,
            List<DeviceSample> samples,
            List<RunningAttempt> orphans) {
        NodeSpace space = new NodeSpace(node, health, troubles, samples);
        for (Allocation held : book.allocations()) {
            boolean clean = held.hold() == Allocation.Hold.HELD;
            space.hold(held.attempt(), held.devices(), held.whole(), clean);
            space.quarantine(held);
        }
        orphans.forEach(orphan -> space.hold(orphan.attempt(), orphan.devices(), false, true));
        space.freeCpus -= book.cpus();
        return space;
    }

    private void hold(AttemptId attempt, List<DeviceShare> shares, boolean whole, boolean clean) {
        freeSlots--;
        for (DeviceShare share : shares) {
            DeviceSpace device = byIndex.get(share.index());
            if (device != null) {
                device.hold(attempt, share.mib(), whole, clean);
            }
        }
    }

    private void quarantine(Allocation held) {
        for (DeviceShare share : held.devices()) {
            DeviceSpace device = byIndex.get(share.index());
            if (device != null) {
                device.quarantine(held.trouble());
            }
        }
    }

    public NodeId id() {
        return node.id();
    }

    /** Whether it takes tasks at all just now. */
    public boolean isOpen() {
        return health == NodeHealth.READY && troubles.isEmpty() && node.drain() == null;
    }

    int freeSlots() {
        return freeSlots;
    }

    int freeCpus() {
        return freeCpus;
    }

    /** Whether it has accelerators, which a CPU task would rather leave to others. */
    boolean hasCards() {
        for (DeviceSpace device : devices) {
            if (!device.isHost()) {
                return true;
            }
        }
        return false;
    }

    /** Something of it is kept for a task that ranks higher. */
    boolean reserved() {
        return reserved;
    }

    /**
     * How a task would best lie here, for a node that has room for it. Reckoned once until
     * something of the node is taken: most looks of a pass meet a node as the last one left it.
     *
     * @param preferred only on devices that the task would rather have
     */
    Fit fit(TaskSpec spec, boolean preferred, Mix mix) {
        if (!fitsWith.equals(mix)) {
            fits.clear();
            fitsWith = mix;
        }
        Known known = known(spec.where());
        Reach reach = known.reach;
        return fits.computeIfAbsent(
                new Ask(spec.devices(), spec.cpus(), known.number, preferred),
                _ -> Fit.of(spec, this, preferred ? reach.preferred() : reach.devices(), mix));
    }

    /** What of it counts for a task that may run there: it does not change while this lives. */
    Reach reach(Where where) {
        return known(where).reach;
    }

    @SuppressWarnings("ReferenceEquality") // the same task asks again; others find it in the map
    private Known known(Where where) {
        Known known = last;
        if (known == null || lastWhere != where) {
            known = reaches.get(where);
            if (known == null) {
                Reach reach =
                        where.equals(Where.ANYWHERE)
                                ? Reach.all(devices)
                                : Reach.of(where, node, devices);
                known = new Known(reaches.size(), reach);
                reaches.put(where, known);
            }
            last = known;
            lastWhere = where;
        }
        return known;
    }

    void take(List<DeviceShare> shares, boolean whole, int cpus) {
        fits.clear();
        freeSlots--;
        freeCpus -= cpus;
        for (DeviceShare share : shares) {
            DeviceSpace device = byIndex.get(share.index());
            if (device != null) {
                device.take(share.mib(), whole);
            }
        }
    }

    /** The same, for a task that cannot start yet: everybody who ranks after it finds this gone. */
    void reserve(List<DeviceShare> shares, boolean whole, int cpus) {
        take(shares, whole, cpus);
        reserved = true;
    }
}
