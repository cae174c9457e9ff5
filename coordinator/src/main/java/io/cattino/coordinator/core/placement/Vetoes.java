package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.NodeTrouble;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a node cannot take a task, as data: the first dimension that fails, and how far off it is;
 * null if it can. Runs for every shape and node in every pass: no strings, no streams before
 * somebody asks.
 */
final class Vetoes {
    /** From "a little patience" to "never"; within one code the smallest gap first. */
    private static final List<ReasonCode> NEAREST =
            List.of(
                    ReasonCode.CLEANING,
                    ReasonCode.UNMEASURED,
                    ReasonCode.RESERVED,
                    ReasonCode.SLOTS,
                    ReasonCode.MEMORY,
                    ReasonCode.DEVICES,
                    ReasonCode.EXTERNAL,
                    ReasonCode.CPU,
                    ReasonCode.DEVICE_SICK,
                    ReasonCode.NODES_DRAINING,
                    ReasonCode.NODES_DOWN,
                    ReasonCode.NEVER_FITS,
                    ReasonCode.CONSTRAINT,
                    ReasonCode.NODE_LIST);

    static final Comparator<Obstacle> NEAREST_FIRST =
            Comparator.comparingInt((Obstacle obstacle) -> NEAREST.indexOf(obstacle.code()))
                    .thenComparingLong(obstacle -> obstacle.want() - obstacle.have())
                    .thenComparing(obstacle -> obstacle.space().node.name());

    private Vetoes() {}

    static @Nullable Obstacle of(TaskSpec spec, NodeSpace space) {
        Reach reach = space.reach(spec.where());
        Obstacle obstacle = Elsewhere.of(spec, space, reach);
        if (obstacle == null) {
            obstacle = node(spec, space, reach.devices());
        }
        return obstacle == null ? now(spec, space, reach.devices()) : obstacle;
    }

    /** Whether a node without a veto also has room where the task would rather be. */
    static boolean preferred(TaskSpec spec, NodeSpace space) {
        Reach reach = space.reach(spec.where());
        return reach.preferredNode()
                && reach.preferred().size() >= Reach.needed(spec, spec.where().prefer())
                && now(spec, space, reach.preferred()) == null;
    }

    /** Of a node that could hold it: whether it can now, on these devices of it. */
    private static @Nullable Obstacle now(
            TaskSpec spec, NodeSpace space, List<DeviceSpace> devices) {
        Obstacle obstacle =
                switch (spec.devices()) {
                    case DeviceNeed.None _ -> null;
                    case DeviceNeed.Whole(int count) -> whole(space, devices, count);
                    case DeviceNeed.Shared(int count, MemoryAsk memory) ->
                            shared(space, devices, count, memory);
                };
        return obstacle == null ? room(spec, space) : obstacle;
    }

    private static @Nullable Obstacle node(
            TaskSpec spec, NodeSpace space, List<DeviceSpace> devices) {
        if (!Placer.isLargeEnough(spec, space)) {
            return never(spec, space, devices);
        }
        switch (space.health) {
            case READY -> {}
            case SUSPECT, UNREACHABLE, UNKNOWN, AWAY, LOST -> {
                return new Obstacle(ReasonCode.NODES_DOWN, space, 0, 1, space.health::text);
            }
        }
        if (!space.troubles.isEmpty()) {
            NodeTrouble first = space.troubles.iterator().next();
            return new Obstacle(ReasonCode.NODES_DOWN, space, 0, 1, first::text);
        }
        Drain drain = space.node.drain();
        return drain == null
                ? null
                : new Obstacle(
                        ReasonCode.NODES_DRAINING,
                        space,
                        0,
                        1,
                        () ->
                                drain.reason().isEmpty()
                                        ? "draining"
                                        : "draining: " + drain.reason());
    }

    /** What it lacks even when it is empty: devices that are large enough, cores, or slots. */
    private static Obstacle never(TaskSpec spec, NodeSpace space, List<DeviceSpace> devices) {
        int count = spec.devices().count();
        int large = Placer.largeEnough(spec, devices);
        int cpus = space.node.inventory().cpus();
        if (large < count) {
            int all = devices.size();
            return new Obstacle(
                    ReasonCode.NEVER_FITS,
                    space,
                    large,
                    count,
                    () ->
                            "even when empty, %d of its %d devices are large enough, %d asked"
                                    .formatted(large, all, count));
        }
        return cpus < spec.cpus()
                ? new Obstacle(
                        ReasonCode.NEVER_FITS,
                        space,
                        cpus,
                        spec.cpus(),
                        () -> "has %d cores, %d asked".formatted(cpus, spec.cpus()))
                : new Obstacle(
                        ReasonCode.NEVER_FITS, space, 0, 1, () -> "runs no attempts (--slots 0)");
    }

    /** Cores, if it counts any, and slots. */
    private static @Nullable Obstacle room(TaskSpec spec, NodeSpace space) {
        if (spec.cpus() > 0 && space.freeCpus() < spec.cpus()) {
            int free = Math.max(0, space.freeCpus());
            return new Obstacle(
                    scarce(space, ReasonCode.CPU),
                    space,
                    free,
                    spec.cpus(),
                    () -> free + " cores free");
        }
        int slots = space.node.inventory().slots();
        return space.freeSlots() >= 1
                ? null
                : new Obstacle(
                        ReasonCode.SLOTS,
                        space,
                        0,
                        1,
                        () -> "runs " + slots + " attempts, as many as it may (--slots)");
    }

    private static @Nullable Obstacle whole(NodeSpace space, List<DeviceSpace> devices, int count) {
        int free = 0;
        int external = 0;
        int unclean = 0;
        int unmeasured = 0;
        int sick = 0;
        for (DeviceSpace device : devices) {
            free += device.wholeFree() ? 1 : 0;
            external += device.onlyExternal() ? 1 : 0;
            unclean += device.unclean() ? 1 : 0;
            unmeasured += device.unmeasured() ? 1 : 0;
            sick += device.sick() ? 1 : 0;
        }
        if (free >= count) {
            return null;
        }
        if (free + unclean >= count) {
            return whole(
                    ReasonCode.CLEANING,
                    space,
                    devices,
                    free,
                    count,
                    unclean,
                    " " + unclean(devices));
        }
        if (free + unmeasured >= count) {
            return whole(
                    ReasonCode.UNMEASURED,
                    space,
                    devices,
                    free,
                    count,
                    unmeasured,
                    " not measured");
        }
        if (free + external >= count) {
            return whole(
                    ReasonCode.EXTERNAL, space, devices, free, count, external, outside(devices));
        }
        if (free + sick >= count) {
            return whole(
                    ReasonCode.DEVICE_SICK, space, devices, free, count, sick, sickness(devices));
        }
        return whole(scarce(space, ReasonCode.DEVICES), space, devices, free, count, 0, "");
    }

    private static String sickness(List<DeviceSpace> devices) {
        return devices.stream()
                .filter(DeviceSpace::sick)
                .findFirst()
                .map(device -> " sick: device " + device.info.index() + ": " + device.sickness)
                .orElse(" sick");
    }

    private static String unclean(List<DeviceSpace> devices) {
        return devices.stream()
                .filter(DeviceSpace::unclean)
                .map(DeviceSpace::uncleanText)
                .findFirst()
                .orElse("being cleaned");
    }

    private static String outside(List<DeviceSpace> devices) {
        return " used outside Cattino"
                + devices.stream()
                        .filter(DeviceSpace::onlyExternal)
                        .map(DeviceSpace::squattersText)
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse("");
    }

    private static Obstacle whole(
            ReasonCode code,
            NodeSpace space,
            List<DeviceSpace> devices,
            int free,
            int count,
            int others,
            String what) {
        int all = devices.size();
        return new Obstacle(
                code,
                space,
                free,
                count,
                () ->
                        free
                                + " of "
                                + all
                                + " devices are wholly free"
                                + (others == 0 ? "" : ", " + others + what));
    }

    private static @Nullable Obstacle shared(
            NodeSpace space, List<DeviceSpace> devices, int count, MemoryAsk memory) {
        int fitting = 0;
        for (DeviceSpace device : devices) {
            fitting += device.lacks(memory) <= 0 ? 1 : 0;
        }
        if (fitting >= count) {
            return null;
        }
        int enough = fitting;
        DeviceSpace last = lastNeeded(devices, count, memory);
        long have = last.freeMib();
        long want = memory.mibOf(last.info);
        long external = last.externalMib();
        ReasonCode code = scarcity(space, last, have + external >= want);
        return new Obstacle(
                code,
                space,
                have,
                want,
                () -> {
                    if (last.sick()) {
                        return "device %d is sick: %s".formatted(last.info.index(), last.sickness);
                    }
                    return last.known
                            ? "%dM free on device %d, %s asked; %d of %d devices have enough%s"
                                    .formatted(
                                            have,
                                            last.info.index(),
                                            asked(last, memory),
                                            enough,
                                            count,
                                            because(code, last))
                            : "device " + last.info.index() + " is not measured now";
                });
    }

    private static String asked(DeviceSpace device, MemoryAsk memory) {
        return memory.wholeOn(device.info)
                ? "all of its " + device.info.totalMib() + "M"
                : memory.mibOf(device.info) + "M";
    }

    private static ReasonCode scarcity(NodeSpace space, DeviceSpace last, boolean external) {
        if (last.sick()) {
            return ReasonCode.DEVICE_SICK;
        }
        if (!last.known) {
            return ReasonCode.UNMEASURED;
        }
        if (last.unclean()) {
            return ReasonCode.CLEANING;
        }
        return external && !last.isHost() ? ReasonCode.EXTERNAL : scarce(space, ReasonCode.MEMORY);
    }

    private static String because(ReasonCode code, DeviceSpace last) {
        return switch (code) {
            case CLEANING -> ", one is " + last.uncleanText();
            case EXTERNAL ->
                    ", " + last.externalMib() + "M used outside Cattino" + last.squattersText();
            default -> "";
        };
    }

    /** Of the {@code count} devices that lack least, the one that lacks most. */
    private static DeviceSpace lastNeeded(List<DeviceSpace> devices, int count, MemoryAsk memory) {
        long[] gaps = new long[devices.size()];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = devices.get(i).lacks(memory);
        }
        Arrays.sort(gaps);
        for (DeviceSpace device : devices) {
            if (device.lacks(memory) == gaps[count - 1]) {
                return device;
            }
        }
        throw new IllegalStateException("a gap belongs to a device");
    }

    private static ReasonCode scarce(NodeSpace space, ReasonCode code) {
        return space.reserved() ? ReasonCode.RESERVED : code;
    }
}
