package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.Explanation;
import io.cattino.coordinator.core.Veto;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses a node and devices for one task, of those that it may have, and rather of those that it
 * prefers: where it makes least of what is free useless to the tasks that the farm sees ({@link
 * Room}). Among equals best fit: of the devices that have enough, those with the least left over. A
 * CPU task goes to a node without cards if there is one, and among equals to the one with the most
 * free slots. After that several cards are rather near each other ({@link Nearness}). Ties go to
 * the first name and the lowest index.
 */
public final class Placer {
    private Placer() {}

    /** What a look at all nodes says. */
    public sealed interface Verdict {
        /** The best place as things are. */
        record Fits(Placement placement) implements Verdict {}

        /**
         * There is none now.
         *
         * @param nearest the node that lacks least; empty if there are no nodes
         */
        record Waits(Optional<Veto> nearest) implements Verdict {}
    }

    /**
     * Looks for a place.
     *
     * @param avoided nodes that failed to start the task just now: taken only if no other has room
     * @param mix what else the farm is asked for
     */
    public static Verdict look(
            TaskSpec spec, List<NodeSpace> spaces, Set<NodeId> avoided, Mix mix) {
        boolean wishes = !spec.where().prefer().isEmpty();
        NodeSpace best = null;
        Fit bestFit = null;
        int bestRank = Integer.MAX_VALUE;
        Obstacle nearest = null;
        for (NodeSpace space : spaces) {
            Obstacle obstacle = Vetoes.of(spec, space);
            if (obstacle == null) {
                boolean preferred = wishes && Vetoes.preferred(spec, space);
                int rank = rank(spec, space, avoided, wishes && !preferred);
                if (rank <= bestRank) {
                    Fit fit = space.fit(spec, preferred, mix);
                    if (bestFit == null || rank < bestRank || Fit.ORDER.compare(fit, bestFit) < 0) {
                        best = space;
                        bestFit = fit;
                        bestRank = rank;
                    }
                }
            } else if (nearest == null || Vetoes.NEAREST_FIRST.compare(obstacle, nearest) < 0) {
                nearest = obstacle;
            }
        }
        return best != null && bestFit != null
                ? new Verdict.Fits(bestFit.placement(spec, best))
                : new Verdict.Waits(Optional.ofNullable(nearest).map(Obstacle::veto));
    }

    /**
     * What comes before every fit, the less the better.
     *
     * @param unwished the task would rather be elsewhere
     */
    private static int rank(TaskSpec spec, NodeSpace space, Set<NodeId> avoided, boolean unwished) {
        boolean stray = spec.devices() instanceof DeviceNeed.None && space.hasCards();
        return (avoided.contains(space.node.id()) ? 4 : 0) + (unwished ? 2 : 0) + (stray ? 1 : 0);
    }

    /**
     * Keeps for a task that cannot start yet the devices on which it lacks least, so that nobody
     * who ranks after it takes more of them.
     */
    public static void reserve(TaskSpec spec, List<NodeSpace> spaces) {
        NodeSpace nearest = null;
        long least = Long.MAX_VALUE;
        for (NodeSpace space : spaces) {
            boolean up = space.isOpen();
            if (up && couldEverHold(spec, space)) {
                long lacking = lacking(spec, space);
                if (lacking < least) {
                    least = lacking;
                    nearest = space;
                }
            }
        }
        if (nearest != null) {
            boolean whole = spec.devices() instanceof DeviceNeed.Whole;
            nearest.reserve(nearestShares(spec, nearest), whole, spec.cpus());
        }
    }

    private static long lacking(TaskSpec spec, NodeSpace space) {
        long lacking = Math.max(0L, (long) spec.cpus() - space.freeCpus());
        lacking += Math.max(0L, 1L - space.freeSlots());
        for (DeviceSpace device : nearestDevices(spec, space)) {
            lacking += lacking(spec, device);
        }
        return lacking;
    }

    /** A sick device comes behind one that is only full. */
    private static long lacking(TaskSpec spec, DeviceSpace device) {
        return Math.max(0, want(spec, device) - device.freeMib()) + (device.sick() ? 1 : 0);
    }

    private static List<DeviceSpace> nearestDevices(TaskSpec spec, NodeSpace space) {
        return space.reach(spec.where()).devices().stream()
                .filter(d -> d.info.totalMib() >= want(spec, d))
                .sorted(
                        Comparator.comparingLong((DeviceSpace d) -> lacking(spec, d))
                                .thenComparingInt(d -> d.info.index()))
                .limit(spec.devices().count())
                .toList();
    }

    private static List<DeviceShare> nearestShares(TaskSpec spec, NodeSpace space) {
        return nearestDevices(spec, space).stream()
                .map(d -> new DeviceShare(d.info.index(), want(spec, d)))
                .toList();
    }

    private static long want(TaskSpec spec, DeviceSpace device) {
        return want(spec, device.info);
    }

    /** MiB wanted of this device. */
    private static long want(TaskSpec spec, DeviceInfo device) {
        return switch (spec.devices()) {
            case DeviceNeed.None _ -> 0;
            case DeviceNeed.Whole _ -> device.totalMib();
            case DeviceNeed.Shared(_, MemoryAsk memory) -> memory.mibOf(device);
        };
    }

    /** Whether a device is as the task says that its devices must be. */
    public static boolean mayHave(TaskSpec spec, DeviceInfo device) {
        return Reach.holds(spec.where().must(), device);
    }

    /** Whether the node could hold the task if it were up and empty. */
    public static boolean couldEverHold(TaskSpec spec, Node node) {
        List<Term> must = spec.where().must();
        if (!hasRoom(spec, node) || !Reach.takes(spec.where(), node)) {
            return false;
        }
        int right = 0;
        int enough = 0;
        for (DeviceInfo device : node.inventory().devices()) {
            if (Reach.holds(must, device)) {
                right++;
                enough += want(spec, device) <= device.totalMib() ? 1 : 0;
            }
        }
        return right >= Reach.needed(spec, must) && enough >= spec.devices().count();
    }

    /** The same of a node of a pass, which knows what of it counts. */
    public static boolean couldEverHold(TaskSpec spec, NodeSpace space) {
        Reach reach = space.reach(spec.where());
        return reach.node()
                && reach.devices().size() >= Reach.needed(spec, spec.where().must())
                && isLargeEnough(spec, space);
    }

    /** Whether a node that is where the task may run could hold it. */
    static boolean isLargeEnough(TaskSpec spec, NodeSpace space) {
        return hasRoom(spec, space.node)
                && largeEnough(spec, space.reach(spec.where()).devices()) >= spec.devices().count();
    }

    private static boolean hasRoom(TaskSpec spec, Node node) {
        return node.inventory().cpus() >= spec.cpus() && node.inventory().slots() > 0;
    }

    /** Devices that have, when nobody uses them, what is asked of each. */
    static int largeEnough(TaskSpec spec, List<DeviceSpace> devices) {
        int enough = 0;
        for (DeviceSpace device : devices) {
            enough += want(spec, device) <= device.info.totalMib() ? 1 : 0;
        }
        return enough;
    }

    /** Whether a device was taken that another task may have. */
    public static boolean sharesDevices(Placement taken, TaskSpec other) {
        for (DeviceSpace device : taken.space().reach(other.where()).devices()) {
            for (DeviceShare share : taken.devices()) {
                if (share.index() == device.info.index()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether one of the nodes could ever hold the task; nobody can tell before there is one. */
    public static boolean fitsAnywhere(TaskSpec spec, Collection<Node> nodes) {
        return nodes.isEmpty() || nodes.stream().anyMatch(node -> couldEverHold(spec, node));
    }

    /**
     * The most memory on as many devices that some node could give the task now; empty if it asks
     * for no devices or for what earlier runs have used, could be placed as it is, or none could
     * give any.
     */
    public static Optional<Explanation.Suggestion> largestNow(
            TaskSpec spec, List<NodeSpace> spaces) {
        int count = spec.devices().count();
        Optional<Explanation.Suggestion> best = Optional.empty();
        long most = 0;
        for (NodeSpace space : spaces) {
            if (count == 0 || isMeasured(spec) || Vetoes.of(spec, space) == null) {
                return Optional.empty();
            }
            long mib = freeOn(space.reach(spec.where()).devices(), count);
            TaskSpec smaller =
                    spec.withDevices(new DeviceNeed.Shared(count, new MemoryAsk.Mib(mib)));
            if (mib > most && Vetoes.of(smaller, space) == null) {
                most = mib;
                best =
                        Optional.of(
                                new Explanation.Suggestion(smaller.devices(), space.node.name()));
            }
        }
        return best;
    }

    /** It is known what it takes: it could not do with less. */
    private static boolean isMeasured(TaskSpec spec) {
        return spec.devices() instanceof DeviceNeed.Shared(_, MemoryAsk.Learned(var mib))
                && !mib.isEmpty();
    }

    /** MiB that each of so many devices can spare. */
    private static long freeOn(List<DeviceSpace> devices, int count) {
        return devices.stream()
                .map(DeviceSpace::freeMib)
                .sorted(Comparator.reverseOrder())
                .skip(count - 1L)
                .findFirst()
                .orElse(0L);
    }

    /** Every node's veto, nearest first. */
    public static List<Veto> vetoes(TaskSpec spec, List<NodeSpace> spaces) {
        return spaces.stream()
                .map(space -> Vetoes.of(spec, space))
                .filter(Objects::nonNull)
                .sorted(Vetoes.NEAREST_FIRST)
                .map(Obstacle::veto)
                .toList();
    }
}
