package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.DeviceSample;
import io.cattino.coordinator.core.NodeHealth;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.coordinator.wire.Durations;
import io.cattino.proto.v1.Device;
import java.util.List;
import java.util.Optional;

/** Nodes and their devices as the messages that people read. */
final class NodeMapper {
    private NodeMapper() {}

    /** What is known of a node, taken on the loop's thread. */
    record NodeRow(
            Node node,
            NodeHealth health,
            Optional<View.Contact> contact,
            List<Allocation> allocations,
            long nowMonoMs) {
        NodeRow {
            allocations = List.copyOf(allocations);
        }

        /** On the loop's thread only. */
        static NodeRow of(View view, Node node) {
            return new NodeRow(
                    node,
                    view.health(node.id()),
                    view.contact(node.id()),
                    List.copyOf(view.state().allocationsOn(node.id())),
                    view.now().monoMs());
        }
    }

    static io.cattino.proto.v1.Node node(NodeRow row) {
        Node node = row.node();
        io.cattino.proto.v1.Node.Builder out =
                io.cattino.proto.v1.Node.newBuilder()
                        .setId(node.id().value())
                        .setName(node.name())
                        .setState(state(row.health()))
                        .setCpus(node.inventory().cpus())
                        .setMemoryMib(node.inventory().memoryMib())
                        .setSlots(node.inventory().slots())
                        .setRunning(
                                Math.toIntExact(
                                        row.allocations().stream()
                                                .filter(a -> a.hold() == Allocation.Hold.HELD)
                                                .count()))
                        .setAgentVersion(node.agentVersion())
                        .putAllLabels(node.inventory().labels());
        Drain drain = node.drain();
        if (drain != null) {
            out.setDraining(true).setDrainReason(drain.reason());
            if (drain.stopAtMonoMs() > 0) {
                out.setDrainRemaining(
                        Durations.ofMillis(Math.max(0, drain.stopAtMonoMs() - row.nowMonoMs())));
            }
        }
        row.contact().stream()
                .flatMap(contact -> contact.troubles().stream())
                .forEach(trouble -> out.addTroubles(trouble.word()));
        row.contact()
                .filter(contact -> contact.heardWallMs() > 0)
                .ifPresent(contact ->
                        out.setLastSeenTime(ViewMapper.timestamp(contact.heardWallMs())));
        node.inventory().devices().forEach(device -> out.addDevices(device(row, device)));
        return out.build();
    }

    private static Device device(NodeRow row, DeviceInfo device) {
        long promised = 0;
        int attempts = 0;
        String trouble = "";
        Device.State state = Device.State.STATE_OK;
        for (Allocation allocation : row.allocations()) {
            for (DeviceShare share : allocation.devices()) {
                if (share.index() == device.index()) {
                    promised += share.mib();
                    attempts++;
                    state = worse(state, allocation.hold());
                    trouble = trouble.isEmpty() ? allocation.trouble() : trouble;
                }
            }
        }
        Optional<DeviceSample> sample =
                row.contact()
                        .flatMap(c ->
                                c.samples().stream()
                                        .filter(s -> s.index() == device.index())
                                        .findFirst());
        if (state == Device.State.STATE_OK && sample.filter(DeviceSample::sick).isPresent()) {
            state = Device.State.STATE_SICK;
        }
        if (state == Device.State.STATE_OK && sample.filter(DeviceSample::unknown).isPresent()) {
            state = Device.State.STATE_UNMEASURED;
        }
        long used = sample.map(DeviceSample::usedMib).orElse(0L);
        long ours =
                sample.map(s -> s.attempts().stream().mapToLong(AttemptUse::usedMib).sum())
                        .orElse(0L);
        List<Squatter> squatters = sample.map(DeviceSample::squatters).orElse(List.of());
        Device.Builder out = Device.newBuilder();
        if (device.numaNode() != DeviceInfo.NUMA_UNKNOWN) {
            out.setNumaNode(device.numaNode());
        }
        sample.ifPresent(known -> tell(known, out));
        if (!trouble.isEmpty()) {
            out.setHealth(trouble);
        }
        return out.addAllSquatters(squatters.stream().map(NodeMapper::squatter).toList())
                .setIndex(device.index())
                .setUuid(device.uuid())
                .setModel(device.model())
                .setKind(device.kind())
                .setTotalMib(device.totalMib())
                .setUsedMib(used)
                .setPromisedMib(promised)
                .setExternalMib(Math.max(0, used - ours))
                .setAttempts(attempts)
                .setState(state)
                .setDriver(device.driver())
                .setPciBusId(device.pciBusId())
                .build();
    }

    private static void tell(DeviceSample sample, Device.Builder out) {
        Telemetry telemetry = sample.telemetry();
        telemetry.utilizationPercent().ifPresent(out::setUtilizationPercent);
        telemetry.temperatureCelsius().ifPresent(out::setTemperatureCelsius);
        telemetry.powerMilliwatts().ifPresent(out::setPowerMilliwatts);
        telemetry.eccUncorrected().ifPresent(out::setEccUncorrected);
        telemetry.lastXid().ifPresent(out::setLastXid);
        out.setHealth(sample.sickness());
    }

    private static io.cattino.proto.v1.Squatter squatter(Squatter squatter) {
        io.cattino.proto.v1.Squatter.Builder out =
                io.cattino.proto.v1.Squatter.newBuilder()
                        .setPid(squatter.pid())
                        .setUser(squatter.user())
                        .setCommand(squatter.command())
                        .setUsedMib(squatter.usedMib());
        if (squatter.startedWallMs() > 0) {
            out.setStartTime(ViewMapper.timestamp(squatter.startedWallMs()));
        }
        return out.build();
    }

    private static Device.State worse(Device.State state, Allocation.Hold hold) {
        return switch (hold) {
            case HELD -> state;
            case CLEANING -> state == Device.State.STATE_OK ? Device.State.STATE_CLEANING : state;
            case QUARANTINED -> Device.State.STATE_QUARANTINED;
        };
    }

    private static io.cattino.proto.v1.Node.State state(NodeHealth health) {
        return switch (health) {
            case READY -> io.cattino.proto.v1.Node.State.STATE_READY;
            case SUSPECT -> io.cattino.proto.v1.Node.State.STATE_SUSPECT;
            case UNREACHABLE -> io.cattino.proto.v1.Node.State.STATE_UNREACHABLE;
            case UNKNOWN -> io.cattino.proto.v1.Node.State.STATE_UNKNOWN;
            case AWAY -> io.cattino.proto.v1.Node.State.STATE_AWAY;
            case LOST -> io.cattino.proto.v1.Node.State.STATE_LOST;
        };
    }
}
