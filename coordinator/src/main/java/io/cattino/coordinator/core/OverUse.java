package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Watches over what attempts were promised: one that uses more of a device than it asked for is
 * told to people, and stopped if the cluster's setting {@code over-use} says so.
 */
final class OverUse {
    /** MiB by which two samples differ. */
    private static final long SLACK_MIB = 64;

    /** How long it may use more before it is stopped, where nobody else is in need. */
    private static final long GRACE_MS = 10_000;

    private final Turn turn;
    private final Observations observations;

    private OverUse(Turn turn, Observations observations) {
        this.turn = turn;
        this.observations = observations;
    }

    /** One attempt's part of a device. */
    private record Holder(Allocation allocation, Task task, long promisedMib, long usedMib) {
        long overMib() {
            return usedMib - promisedMib;
        }

        long unusedMib() {
            return Math.max(0, promisedMib - usedMib);
        }
    }

    /** Looks at the newest samples of a node. */
    static void look(Turn turn, Observations observations, NodeId id) {
        Optional<Node> node = turn.state().node(id);
        Optional<View.Contact> contact = observations.contact(id);
        if (node.isPresent() && contact.isPresent()) {
            OverUse guard = new OverUse(turn, observations);
            for (DeviceSample sample : contact.get().samples()) {
                node.get().inventory().devices().stream()
                        .filter(device -> device.index() == sample.index() && !sample.unknown())
                        .findFirst()
                        .ifPresent(device -> guard.look(device, sample, id));
            }
        }
    }

    private void look(DeviceInfo device, DeviceSample sample, NodeId node) {
        List<Holder> holders = holders(device, sample, node);
        List<Holder> over =
                holders.stream()
                        .filter(holder -> holder.overMib() > device.idleMib())
                        .filter(holder -> holder.task().state() instanceof TaskState.Running)
                        .sorted(Comparator.comparingLong(Holder::overMib).reversed())
                        .toList();
        for (Holder holder : holders) {
            observations.over(holder.allocation().attempt(), device.index(), over.contains(holder));
        }
        over.forEach(holder -> warn(holder, device));
        switch (turn.state().settings().overUse()) {
            case WARN -> {}
            case PROTECT -> protect(over, holders, device, sample);
            case KILL -> over.forEach(holder -> stopAfterGrace(holder, device));
        }
    }

    private List<Holder> holders(DeviceInfo device, DeviceSample sample, NodeId node) {
        List<Holder> holders = new ArrayList<>();
        for (Allocation allocation : turn.state().allocationsOn(node)) {
            for (DeviceShare share : allocation.devices()) {
                if (share.index() == device.index()) {
                    long used = used(sample, allocation.attempt());
                    turn.live(allocation.attempt())
                            .ifPresent(task ->
                                    holders.add(
                                            new Holder(
                                                    allocation,
                                                    task,
                                                    share.mib(),
                                                    Math.min(used, device.totalMib()))));
                }
            }
        }
        return holders;
    }

    private static long used(DeviceSample sample, AttemptId attempt) {
        return sample.attempts().stream()
                .filter(use -> use.attempt().equals(attempt))
                .mapToLong(AttemptUse::usedMib)
                .sum();
    }

    private void warn(Holder holder, DeviceInfo device) {
        AttemptId attempt = holder.allocation().attempt();
        if (holder.task().attempts().getLast().overUse().isEmpty()) {
            turn.emit(
                    new Fact.OverUsed(
                            turn.at(), attempt, new DeviceShare(device.index(), holder.usedMib())));
        }
    }

    /** One at a time, the worst first: what it gives back may be enough. */
    private void protect(
            List<Holder> over, List<Holder> holders, DeviceInfo device, DeviceSample sample) {
        boolean stopping =
                holders.stream()
                        .anyMatch(holder -> holder.task().state() instanceof TaskState.Stopping);
        if (over.isEmpty() || stopping) {
            return;
        }
        Holder worst = over.getFirst();
        long free = Math.max(0, device.totalMib() - sample.usedMib());
        List<Holder> others = holders.stream().filter(holder -> !holder.equals(worst)).toList();
        long needed = others.stream().mapToLong(Holder::unusedMib).sum();
        if (needed > free + SLACK_MIB) {
            List<String> names =
                    others.stream()
                            .filter(holder -> holder.unusedMib() > 0)
                            .map(holder -> holder.task().fullname())
                            .toList();
            stop(
                    worst,
                    true,
                    text(worst, device)
                            + "; %d MiB are left of the %d that %s may still take"
                                    .formatted(
                                            free,
                                            needed,
                                            names.getFirst()
                                                    + (names.size() > 1 ? " and others" : "")));
        }
    }

    private void stopAfterGrace(Holder holder, DeviceInfo device) {
        AttemptId attempt = holder.allocation().attempt();
        if (turn.at().monoMs() - observations.overSince(attempt, device.index()) >= GRACE_MS) {
            stop(holder, false, text(holder, device));
        }
    }

    private void stop(Holder holder, boolean force, String text) {
        TaskDesk.rule(turn, holder.task(), new Trigger.OverUse(force, text));
    }

    private static String text(Holder holder, DeviceInfo device) {
        return text(device.index(), holder.usedMib(), holder.promisedMib());
    }

    /** For people. */
    static String text(int device, long usedMib, long promisedMib) {
        return "used %d MiB of device %d and had asked for %d"
                .formatted(usedMib, device, promisedMib);
    }
}
