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
 * @param devices its devices, as places in the node's list, in order
 */
record Fit(long waste, long over, List<Integer> devices) {
    /** The less the better, first the waste. */
    static final Comparator<Fit> ORDER =
            Comparator.comparingLong(Fit::waste).thenComparingLong(Fit::over);

    static Fit of(TaskSpec spec, NodeSpace space, Mix mix) {
        Room room = new Room(space, mix);
        long before = room.waste();
        room.start(spec.cpus());
        return switch (spec.devices()) {
            case DeviceNeed.None _ -> new Fit(room.waste() - before, -space.freeSlots(), List.of());
            case DeviceNeed.Whole(int count) -> whole(space, room, count, before);
            case DeviceNeed.Shared(int count, MemoryAsk memory) ->
                    count == 1
                            ? one(space, room, memory, before)
                            : several(space, room, count, memory, before);
        };
    }

    private static Fit whole(NodeSpace space, Room room, int count, long before) {
        List<Integer> chosen = new ArrayList<>();
        int free = 0;
        for (int i = 0; i < space.devices.size(); i++) {
            if (space.devices.get(i).wholeFree()) {
                free++;
                if (chosen.size() < count) {
                    chosen.add(i);
                    room.take(i, room.freeMib(i));
                }
            }
        }
        return new Fit(room.waste() - before, free - count, chosen);
    }

    /** Tries each device; of those that are alike, the first. */
    private static Fit one(NodeSpace space, Room room, MemoryAsk memory, long before) {
        Fit best = null;
        for (int i = 0; i < space.devices.size(); i++) {
            long mib = memory.mibOf(space.devices.get(i).info.totalMib());
            long over = room.freeMib(i) - mib;
            if (over >= 0 && !seen(space, room, i)) {
                boolean whole = room.whole(i);
                room.take(i, mib);
                Fit fit = new Fit(room.waste() - before, over, List.of(i));
                room.giveBack(i, mib, whole);
                best = best == null || ORDER.compare(fit, best) < 0 ? fit : best;
            }
        }
        if (best == null) {
            throw new IllegalStateException("a node without a veto has room");
        }
        return best;
    }

    private static boolean seen(NodeSpace space, Room room, int at) {
        for (int i = 0; i < at; i++) {
            if (room.freeMib(i) == room.freeMib(at)
                    && room.whole(i) == room.whole(at)
                    && space.devices.get(i).isLike(space.devices.get(at))) {
                return true;
            }
        }
        return false;
    }

    /** Those with the least left over: to try all sets of devices would take too long. */
    private static Fit several(
            NodeSpace space, Room room, int count, MemoryAsk memory, long before) {
        record Candidate(int at, long mib, long over) {}
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < space.devices.size(); i++) {
            long mib = memory.mibOf(space.devices.get(i).info.totalMib());
            long over = room.freeMib(i) - mib;
            if (over >= 0) {
                candidates.add(new Candidate(i, mib, over));
            }
        }
        candidates.sort(Comparator.comparingLong(Candidate::over));
        List<Candidate> chosen = candidates.subList(0, count);
        chosen.forEach(candidate -> room.take(candidate.at, candidate.mib));
        return new Fit(
                room.waste() - before,
                chosen.stream().mapToLong(Candidate::over).sum(),
                chosen.stream().map(Candidate::at).sorted().toList());
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
                    case DeviceNeed.Shared(_, MemoryAsk memory) ->
                            memory.mibOf(device.info.totalMib());
                };
        return new DeviceShare(device.info.index(), mib);
    }
}
