package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a task would best lie on a node that has room for it.
 *
 * @param waste what it adds to the node's {@link Room#waste}; below 0 if it uses what few others
 *     could
 * @param over what decides between equal wastes, the less the better: MiB left over on its devices,
 *     whole devices left over; of CPU tasks, slots that are taken
 * @param apart what decides after that, the less the better: pairs of its devices that do not reach
 *     each other fast, as far as it is known
 * @param devices its devices, as places in the node's list, in order
 */
record Fit(long waste, long over, int apart, List<Integer> devices) {
    /** The less the better, first the waste. */
    static final Comparator<Fit> ORDER =
            Comparator.comparingLong(Fit::waste)
                    .thenComparingLong(Fit::over)
                    .thenComparingInt(Fit::apart);

    /**
     * Reckons it.
     *
     * @param devices of the node that the task may have, in order
     */
    static Fit of(TaskSpec spec, NodeSpace space, List<DeviceSpace> devices, Mix mix) {
        Room room = new Room(space, mix);
        long before = room.waste();
        room.start(spec.cpus());
        return switch (spec.devices()) {
            case DeviceNeed.None _ ->
                    new Fit(room.waste() - before, -space.freeSlots(), 0, List.of());
            case DeviceNeed.Whole(int count) -> whole(space, devices, room, count, before);
            case DeviceNeed.Shared(int count, MemoryAsk memory) ->
                    count == 1
                            ? one(devices, room, memory, before)
                            : several(space, devices, room, count, memory, before);
        };
    }

    private static Fit whole(
            NodeSpace space, List<DeviceSpace> devices, Room room, int count, long before) {
        List<Integer> free =
                devices.stream()
                        .filter(DeviceSpace::wholeFree)
                        .map(device -> device.place)
                        .toList();
        List<Integer> chosen = gather(space, room, free.subList(0, count), free);
        chosen.forEach(at -> room.take(at, room.freeMib(at)));
        return new Fit(
                room.waste() - before, free.size() - count, space.nearness.apart(chosen), chosen);
    }

    /** Tries each device; of those that are alike, the first. */
    private static Fit one(List<DeviceSpace> devices, Room room, MemoryAsk memory, long before) {
        Fit best = null;
        for (DeviceSpace device : devices) {
            int i = device.place;
            long mib = takes(device, memory);
            long over = room.freeMib(i) - mib;
            if (mib >= 0 && !seen(devices, room, device)) {
                boolean whole = room.whole(i);
                room.take(i, mib);
                Fit fit = new Fit(room.waste() - before, over, 0, List.of(i));
                room.giveBack(i, mib, whole);
                best = best == null || ORDER.compare(fit, best) < 0 ? fit : best;
            }
        }
        if (best == null) {
            throw new IllegalStateException("a node without a veto has room");
        }
        return best;
    }

    /** MiB of what is free that a task would take; below 0 if the device has no room for it. */
    private static long takes(DeviceSpace device, MemoryAsk memory) {
        if (device.lacks(memory) > 0) {
            return -1;
        }
        return memory.wholeOn(device.info) ? device.freeMib() : memory.mibOf(device.info);
    }

    private static boolean seen(List<DeviceSpace> devices, Room room, DeviceSpace device) {
        int at = device.place;
        for (DeviceSpace before : devices) {
            if (before.place == at) {
                return false;
            }
            if (room.freeMib(before.place) == room.freeMib(at)
                    && room.whole(before.place) == room.whole(at)
                    && before.isLike(device)) {
                return true;
            }
        }
        return false;
    }

    /** Those with the least left over: to try all sets of devices would take too long. */
    private static Fit several(
            NodeSpace space,
            List<DeviceSpace> devices,
            Room room,
            int count,
            MemoryAsk memory,
            long before) {
        record Candidate(int at, long mib, long over) {}
        List<Candidate> candidates = new ArrayList<>();
        for (DeviceSpace device : devices) {
            long mib = takes(device, memory);
            long over = room.freeMib(device.place) - mib;
            if (mib >= 0) {
                candidates.add(new Candidate(device.place, mib, over));
            }
        }
        candidates.sort(Comparator.comparingLong(Candidate::over));
        List<Integer> free = candidates.stream().map(Candidate::at).toList();
        List<Integer> chosen = gather(space, room, free.subList(0, count), free);
        long over = 0;
        for (Candidate candidate : candidates) {
            if (chosen.contains(candidate.at)) {
                over += candidate.over;
                room.take(candidate.at, candidate.mib);
            }
        }
        return new Fit(room.waste() - before, over, space.nearness.apart(chosen), chosen);
    }

    /** Of devices that are alike rather those that are near each other; in order. */
    private static List<Integer> gather(
            NodeSpace space, Room room, List<Integer> chosen, List<Integer> free) {
        return space
                .nearness
                .gather(chosen, free, (one, other) -> isLike(space, room, one, other))
                .stream()
                .sorted()
                .toList();
    }

    /** Cards that are as good as idle are alike, whatever few MiB their drivers show on them. */
    private static boolean isLike(NodeSpace space, Room room, int one, int other) {
        return room.whole(one) == room.whole(other)
                && (room.whole(one) || room.freeMib(one) == room.freeMib(other))
                && space.devices.get(one).isLike(space.devices.get(other));
    }

    Placement placement(TaskSpec spec, NodeSpace space) {
        return new Placement(
                space,
                devices.stream().map(at -> share(spec, space.devices.get(at))).toList(),
                spec.devices() instanceof DeviceNeed.Whole);
    }

    private static DeviceShare share(TaskSpec spec, DeviceSpace device) {
        long mib =
                switch (spec.devices()) {
                    case DeviceNeed.None _ -> 0;
                    case DeviceNeed.Whole _ -> device.wholeMib();
                    case DeviceNeed.Shared(_, MemoryAsk memory) -> device.promise(memory);
                };
        return new DeviceShare(device.info.index(), mib);
    }
}
