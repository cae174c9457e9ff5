package io.cattino.agent.probe;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Whether the driver shows that nothing of an attempt is left on its devices (law 7): a process
 * that is dead to everybody may still hold a card's memory, for as long as the driver tears it
 * down. Blocks as its probe does; any thread.
 */
public final class Clearance {

    private final DeviceProbe probe;
    private final Supplier<Collection<DeviceProbe.Running>> running;
    private final Predicate<AttemptId> wasSeen;

    /**
     * @param running the attempts that hold devices of this node, the one that ended included
     * @param wasSeen whether the driver has shown an attempt on a device
     */
    public Clearance(
            DeviceProbe probe,
            Supplier<Collection<DeviceProbe.Running>> running,
            Predicate<AttemptId> wasSeen) {
        this.probe = probe;
        this.running = running;
        this.wasSeen = wasSeen;
    }

    /** Why a device is not free of it, for people; empty: all are. */
    public Optional<String> withheld(AttemptId id) {
        Collection<DeviceProbe.Running> attempts = running.get();
        List<DevicePromise> promises =
                attempts.stream()
                        .filter(each -> each.id().equals(id))
                        .flatMap(each -> each.devices().stream())
                        .toList();
        if (promises.isEmpty() || probe.kind().equals("host")) {
            return Optional.empty(); // the memory of a process goes with the process
        }
        List<DeviceProbe.Sample> samples = probe.sample(attempts);
        return promises.stream()
                .flatMap(promise -> withheld(id, promise.index(), samples).stream())
                .findFirst();
    }

    private Optional<String> withheld(AttemptId id, int device, List<DeviceProbe.Sample> samples) {
        Optional<DeviceProbe.Sample> sample =
                samples.stream()
                        .filter(each -> each.index() == device && !each.unknown())
                        .findFirst();
        if (sample.isEmpty()) {
            // One that is not there any more, or on which it was never seen, holds up nothing.
            boolean there = probe.inventory().stream().anyMatch(it -> it.index() == device);
            return there && wasSeen.test(id)
                    ? Optional.of("Device %d cannot be measured.".formatted(device))
                    : Optional.empty();
        }
        return sample.get().attempts().stream()
                .filter(use -> use.id().equals(id) && use.usedMib() > 0)
                .findFirst()
                .map(use ->
                        "Its processes are dead, and the driver still shows %d MiB of them on device %d."
                                .formatted(use.usedMib(), device));
    }
}
