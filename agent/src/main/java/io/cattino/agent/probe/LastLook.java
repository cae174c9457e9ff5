package io.cattino.agent.probe;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether a device still has what an attempt was promised on it, right before the attempt starts:
 * what the leader went by is a second old, and somebody who asks nobody may have been faster. More
 * lenient than the leader's rule, so that an attempt that is turned away is not sent here again for
 * what the leader cannot see. Blocks as its probe does; any thread.
 */
public final class LastLook {

    /** MiB that a driver may keep for itself, or by which two samples differ. */
    private static final long SLACK_MIB = 64;

    /** The share of a device, one in so many, that counts as nothing. */
    private static final long SLACK_PART = 50;

    private final DeviceProbe probe;
    private final Supplier<Collection<DeviceProbe.Running>> running;

    /**
     * @param running the attempts that hold devices of this node, the one that starts included
     */
    public LastLook(DeviceProbe probe, Supplier<Collection<DeviceProbe.Running>> running) {
        this.probe = probe;
        this.running = running;
    }

    /** What a device lacks, for people; empty: it is all there. */
    public Optional<String> missing(AttemptId id, List<DevicePromise> promises) {
        if (promises.isEmpty() || probe.kind().equals("host")) {
            return Optional.empty(); // the memory of a host moves all the time
        }
        Collection<DeviceProbe.Running> others =
                running.get().stream().filter(each -> !each.id().equals(id)).toList();
        Map<Integer, DeviceProbe.Device> devices =
                probe.inventory().stream()
                        .collect(Collectors.toMap(DeviceProbe.Device::index, Function.identity()));
        Map<Integer, DeviceProbe.Sample> samples =
                probe.sample(others).stream()
                        .collect(Collectors.toMap(DeviceProbe.Sample::index, Function.identity()));
        return promises.stream()
                .flatMap(promise ->
                        missing(
                                promise,
                                Optional.ofNullable(devices.get(promise.index())),
                                Optional.ofNullable(samples.get(promise.index())),
                                others)
                                .stream())
                .findFirst();
    }

    private static Optional<String> missing(
            DevicePromise promise,
            Optional<DeviceProbe.Device> device,
            Optional<DeviceProbe.Sample> sample,
            Collection<DeviceProbe.Running> others) {
        if (device.isEmpty() || sample.filter(it -> !it.unknown()).isEmpty()) {
            return Optional.of("Device %d cannot be measured.".formatted(promise.index()));
        }
        if (!sample.get().sickness().isEmpty()) {
            return Optional.of(
                    "Device %d is sick: %s.".formatted(promise.index(), sample.get().sickness()));
        }
        long total = device.get().totalMib();
        long slack = Math.max(SLACK_MIB, total / SLACK_PART);
        long free = total - sample.get().usedMib() - kept(promise.index(), sample.get(), others);
        return free + slack >= promise.mib()
                ? Optional.empty()
                : Optional.of(
                        "%d MiB were promised on device %d, %d MiB are left%s."
                                .formatted(
                                        promise.mib(),
                                        promise.index(),
                                        Math.max(0, free),
                                        because(sample.get())));
    }

    /** What other attempts were promised there and do not use yet. */
    private static long kept(
            int device, DeviceProbe.Sample sample, Collection<DeviceProbe.Running> others) {
        long kept = 0;
        for (DeviceProbe.Running other : others) {
            long promised =
                    other.devices().stream()
                            .filter(share -> share.index() == device)
                            .mapToLong(DevicePromise::mib)
                            .sum();
            long used =
                    sample.attempts().stream()
                            .filter(use -> use.id().equals(other.id()))
                            .mapToLong(DeviceProbe.Use::usedMib)
                            .sum();
            kept += Math.max(0, promised - used);
        }
        return kept;
    }

    private static String because(DeviceProbe.Sample sample) {
        return sample.squatters().stream()
                .findFirst()
                .map(who ->
                        ": PID %d%s uses %d MiB"
                                .formatted(
                                        who.pid(),
                                        who.user().isEmpty() ? "" : " of " + who.user(),
                                        who.usedMib()))
                .orElse("");
    }
}
