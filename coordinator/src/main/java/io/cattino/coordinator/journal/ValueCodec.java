package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory.Fault;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.StopReason;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.wire.SpecCodec;
import io.cattino.proto.journal.v1.AttemptResult.OutOfMemory;
import io.cattino.proto.journal.v1.Device;
import io.cattino.proto.journal.v1.Hold;
import io.cattino.proto.journal.v1.Moment;
import io.cattino.proto.journal.v1.StoredContext;
import io.cattino.proto.journal.v1.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The values that facts and snapshots share, as messages of the journal, both ways. Decoding throws
 * {@link IllegalArgumentException} where a message says what this version does not know.
 */
final class ValueCodec {
    private static final Map<String, ReasonCode> CODES = codes();

    private ValueCodec() {}

    static Moment encode(Time time) {
        return Moment.newBuilder().setMonoMs(time.monoMs()).setWallMs(time.wallMs()).build();
    }

    static Time decode(Moment moment) {
        return new Time(moment.getMonoMs(), moment.getWallMs());
    }

    static StoredContext encode(Context context) {
        return StoredContext.newBuilder()
                .setId(context.id())
                .setContext(SpecCodec.encode(context))
                .build();
    }

    static Context decode(StoredContext context) {
        return SpecCodec.decode(context.getId(), context.getContext());
    }

    static io.cattino.proto.journal.v1.Dependency encode(Dependency dependency) {
        return io.cattino.proto.journal.v1.Dependency.newBuilder()
                .setParentId(dependency.parent().value())
                .setParentName(dependency.parentName())
                .setCondition(SpecCodec.encode(dependency.condition()))
                .build();
    }

    static Dependency decode(io.cattino.proto.journal.v1.Dependency dependency) {
        return new Dependency(
                new TaskId(dependency.getParentId()),
                dependency.getParentName(),
                SpecCodec.decode(dependency.getCondition()));
    }

    static List<io.cattino.proto.v1.DeviceShare> encodeShares(List<DeviceShare> shares) {
        return shares.stream().map(ValueCodec::encode).toList();
    }

    static io.cattino.proto.v1.DeviceShare encode(DeviceShare share) {
        return io.cattino.proto.v1.DeviceShare.newBuilder()
                .setIndex(share.index())
                .setMib(share.mib())
                .build();
    }

    static List<DeviceShare> decodeShares(List<io.cattino.proto.v1.DeviceShare> shares) {
        return shares.stream().map(ValueCodec::decode).toList();
    }

    static DeviceShare decode(io.cattino.proto.v1.DeviceShare share) {
        return new DeviceShare(share.getIndex(), share.getMib());
    }

    static io.cattino.proto.journal.v1.Allocation encode(Allocation allocation) {
        return io.cattino.proto.journal.v1.Allocation.newBuilder()
                .setAttempt(SpecCodec.encode(allocation.attempt()))
                .setNodeId(allocation.node().value())
                .addAllDevices(encodeShares(allocation.devices()))
                .setWhole(allocation.whole())
                .setCpus(allocation.cpus())
                .setHold(
                        switch (allocation.hold()) {
                            case HELD -> Hold.HOLD_HELD;
                            case CLEANING -> Hold.HOLD_CLEANING;
                            case QUARANTINED -> Hold.HOLD_QUARANTINED;
                        })
                .setTrouble(allocation.trouble())
                .build();
    }

    static Allocation decode(io.cattino.proto.journal.v1.Allocation allocation) {
        return new Allocation(
                SpecCodec.decode(allocation.getAttempt()),
                new NodeId(allocation.getNodeId()),
                decodeShares(allocation.getDevicesList()),
                allocation.getWhole(),
                allocation.getCpus(),
                switch (allocation.getHold()) {
                    case HOLD_HELD -> Allocation.Hold.HELD;
                    case HOLD_CLEANING -> Allocation.Hold.CLEANING;
                    case HOLD_QUARANTINED -> Allocation.Hold.QUARANTINED;
                    case HOLD_UNSPECIFIED, UNRECOGNIZED ->
                            throw unknown("allocation.hold", allocation.getHoldValue());
                },
                allocation.getTrouble());
    }

    static io.cattino.proto.journal.v1.ContactLoss encode(ContactLoss loss) {
        return io.cattino.proto.journal.v1.ContactLoss.newBuilder()
                .setLostAfterMs(loss.lostAfterMs())
                .setFail(loss.fail())
                .build();
    }

    static ContactLoss decode(io.cattino.proto.journal.v1.ContactLoss loss) {
        return new ContactLoss(loss.getLostAfterMs(), loss.getFail());
    }

    static io.cattino.proto.journal.v1.Stop encode(Stop stop) {
        return io.cattino.proto.journal.v1.Stop.newBuilder()
                .setReason(
                        switch (stop.reason()) {
                            case KILL -> io.cattino.proto.journal.v1.StopReason.STOP_REASON_KILL;
                            case CANCEL ->
                                    io.cattino.proto.journal.v1.StopReason.STOP_REASON_CANCEL;
                            case REMOVE ->
                                    io.cattino.proto.journal.v1.StopReason.STOP_REASON_REMOVE;
                            case SERVER_EXIT ->
                                    io.cattino.proto.journal.v1.StopReason.STOP_REASON_SERVER_EXIT;
                            case DRAIN -> io.cattino.proto.journal.v1.StopReason.STOP_REASON_DRAIN;
                            case OVER_USE ->
                                    io.cattino.proto.journal.v1.StopReason.STOP_REASON_OVER_USE;
                        })
                .setForce(stop.force())
                .setNumber(stop.number())
                .setText(stop.text())
                .build();
    }

    static Stop decode(io.cattino.proto.journal.v1.Stop stop) {
        StopReason reason =
                switch (stop.getReason()) {
                    case STOP_REASON_KILL -> StopReason.KILL;
                    case STOP_REASON_CANCEL -> StopReason.CANCEL;
                    case STOP_REASON_REMOVE -> StopReason.REMOVE;
                    case STOP_REASON_SERVER_EXIT -> StopReason.SERVER_EXIT;
                    case STOP_REASON_DRAIN -> StopReason.DRAIN;
                    case STOP_REASON_OVER_USE -> StopReason.OVER_USE;
                    case STOP_REASON_UNSPECIFIED, UNRECOGNIZED ->
                            throw unknown("stop.reason", stop.getReasonValue());
                };
        return new Stop(reason, stop.getForce(), stop.getNumber(), stop.getText());
    }

    static io.cattino.proto.journal.v1.AttemptResult encode(AttemptResult result) {
        var out = io.cattino.proto.journal.v1.AttemptResult.newBuilder();
        switch (result) {
            case AttemptResult.Exited(int code) -> out.getExitedBuilder().setCode(code);
            case AttemptResult.LaunchFailed(var code, String text, String hint, int exitCode) ->
                    out.getLaunchFailedBuilder()
                            .setCode(code.word())
                            .setText(text)
                            .setHint(hint)
                            .setExitCode(exitCode);
            case AttemptResult.NotStarted(String text) -> out.getNotStartedBuilder().setText(text);
            case AttemptResult.Vanished(String text) -> out.getVanishedBuilder().setText(text);
            case AttemptResult.Lost(String text) -> out.getLostBuilder().setText(text);
            case AttemptResult.OutOfMemory(int code, Fault fault, String text) ->
                    out.getOutOfMemoryBuilder().setCode(code).setFault(encode(fault)).setText(text);
        }
        return out.build();
    }

    static AttemptResult decode(io.cattino.proto.journal.v1.AttemptResult result) {
        return switch (result.getKindCase()) {
            case EXITED -> new AttemptResult.Exited(result.getExited().getCode());
            case LAUNCH_FAILED ->
                    new AttemptResult.LaunchFailed(
                            code(result.getLaunchFailed().getCode()),
                            result.getLaunchFailed().getText(),
                            result.getLaunchFailed().getHint(),
                            result.getLaunchFailed().getExitCode());
            case NOT_STARTED -> new AttemptResult.NotStarted(result.getNotStarted().getText());
            case VANISHED -> new AttemptResult.Vanished(result.getVanished().getText());
            case LOST -> new AttemptResult.Lost(result.getLost().getText());
            case OUT_OF_MEMORY ->
                    new AttemptResult.OutOfMemory(
                            result.getOutOfMemory().getCode(),
                            decode(result.getOutOfMemory().getFault()),
                            result.getOutOfMemory().getText());
            case KIND_NOT_SET -> throw missing("attempt result");
        };
    }

    private static OutOfMemory.Fault encode(Fault fault) {
        return switch (fault) {
            case OWN -> OutOfMemory.Fault.FAULT_OWN;
            case OTHERS -> OutOfMemory.Fault.FAULT_OTHERS;
            case UNKNOWN -> OutOfMemory.Fault.FAULT_UNKNOWN;
        };
    }

    private static Fault decode(OutOfMemory.Fault fault) {
        return switch (fault) {
            case FAULT_OWN -> Fault.OWN;
            case FAULT_OTHERS -> Fault.OTHERS;
            case FAULT_UNKNOWN -> Fault.UNKNOWN;
            case FAULT_UNSPECIFIED, UNRECOGNIZED -> throw unknown("fault", fault.getNumber());
        };
    }

    static io.cattino.proto.journal.v1.Outcome encode(Outcome outcome) {
        var out = io.cattino.proto.journal.v1.Outcome.newBuilder();
        out.setVerdict(
                switch (outcome.verdict()) {
                    case DONE -> Verdict.VERDICT_DONE;
                    case FAILED -> Verdict.VERDICT_FAILED;
                    case CANCELLED -> Verdict.VERDICT_CANCELLED;
                });
        out.setCode(outcome.code().word()).setText(outcome.text()).setHint(outcome.hint());
        outcome.exitCode().ifPresent(out::setExitCode);
        return out.build();
    }

    static Outcome decode(io.cattino.proto.journal.v1.Outcome outcome) {
        Outcome.Verdict verdict =
                switch (outcome.getVerdict()) {
                    case VERDICT_DONE -> Outcome.Verdict.DONE;
                    case VERDICT_FAILED -> Outcome.Verdict.FAILED;
                    case VERDICT_CANCELLED -> Outcome.Verdict.CANCELLED;
                    case VERDICT_UNSPECIFIED, UNRECOGNIZED ->
                            throw unknown("outcome.verdict", outcome.getVerdictValue());
                };
        return new Outcome(
                verdict,
                code(outcome.getCode()),
                outcome.getText(),
                outcome.getHint(),
                outcome.hasExitCode()
                        ? OptionalInt.of(outcome.getExitCode())
                        : OptionalInt.empty());
    }

    static io.cattino.proto.journal.v1.Drain encode(Drain drain) {
        return io.cattino.proto.journal.v1.Drain.newBuilder()
                .setReason(drain.reason())
                .setSinceWallMs(drain.sinceWallMs())
                .setStopAtMonoMs(drain.stopAtMonoMs())
                .build();
    }

    static Drain decode(io.cattino.proto.journal.v1.Drain drain) {
        return new Drain(drain.getReason(), drain.getSinceWallMs(), drain.getStopAtMonoMs());
    }

    static io.cattino.proto.journal.v1.Node encode(Node node) {
        NodeIdentity identity = node.identity();
        NodeInventory inventory = node.inventory();
        var out =
                io.cattino.proto.journal.v1.Node.newBuilder()
                        .setId(identity.id().value())
                        .setMachineId(identity.machineId())
                        .setBootId(identity.bootId())
                        .setName(identity.name())
                        .setCpus(inventory.cpus())
                        .setMemoryMib(inventory.memoryMib())
                        .setSlots(inventory.slots())
                        .putAllLabels(inventory.labels())
                        .setAgentVersion(node.agentVersion())
                        .setAwayUntilMonoMs(node.awayUntilMonoMs());
        inventory.devices().forEach(device -> out.addDevices(encode(device)));
        Drain drain = node.drain();
        if (drain != null) {
            out.setDrain(encode(drain));
        }
        return out.build();
    }

    static Node decode(io.cattino.proto.journal.v1.Node node) {
        return new Node(
                new NodeIdentity(
                        new NodeId(node.getId()),
                        node.getMachineId(),
                        node.getBootId(),
                        node.getName()),
                new NodeInventory(
                        node.getDevicesList().stream().map(ValueCodec::decode).toList(),
                        node.getCpus(),
                        node.getMemoryMib(),
                        node.getSlots(),
                        new TreeMap<>(node.getLabelsMap())),
                node.getAgentVersion(),
                node.hasDrain() ? decode(node.getDrain()) : null,
                node.getAwayUntilMonoMs());
    }

    private static Device encode(DeviceInfo device) {
        Device.Builder out =
                Device.newBuilder()
                        .setIndex(device.index())
                        .setUuid(device.uuid())
                        .setModel(device.model())
                        .setKind(device.kind())
                        .setTotalMib(device.totalMib())
                        .setDriver(device.driver())
                        .setPciBusId(device.pciBusId())
                        .addAllNear(device.near());
        if (device.numaNode() != DeviceInfo.NUMA_UNKNOWN) {
            out.setNumaNode(device.numaNode());
        }
        return out.build();
    }

    private static DeviceInfo decode(Device device) {
        return new DeviceInfo(
                device.getIndex(),
                device.getUuid(),
                device.getModel(),
                device.getKind(),
                device.getTotalMib(),
                device.getDriver(),
                device.getPciBusId(),
                device.hasNumaNode() ? device.getNumaNode() : DeviceInfo.NUMA_UNKNOWN,
                device.getNearList());
    }

    private static ReasonCode code(String word) {
        ReasonCode code = CODES.get(word);
        if (code == null) {
            throw new IllegalArgumentException(
                    "reason code '" + word + "' is not known to this version");
        }
        return code;
    }

    private static Map<String, ReasonCode> codes() {
        Map<String, ReasonCode> codes = new HashMap<>();
        for (ReasonCode code : ReasonCode.values()) {
            codes.put(code.word(), code);
        }
        return codes;
    }

    static IllegalArgumentException unknown(String field, int value) {
        return new IllegalArgumentException(field + " " + value + " is not known to this version");
    }

    static IllegalArgumentException missing(String what) {
        return new IllegalArgumentException(
                what + " is missing, or of a kind that this version does not know");
    }
}
