package io.cattino.client.internal;

import io.cattino.client.ClusterStatus;
import io.cattino.client.DeviceInfo;
import io.cattino.client.DeviceTelemetry;
import io.cattino.client.Drain;
import io.cattino.client.MeowException;
import io.cattino.client.NodeInfo;
import io.cattino.client.Setting;
import io.cattino.client.Squatter;
import io.cattino.client.TaskStatus;
import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.Device;
import io.cattino.proto.v1.DrainNodeRequest;
import io.cattino.proto.v1.ForgetNodeRequest;
import io.cattino.proto.v1.GetSettingsRequest;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.GetStatusResponse;
import io.cattino.proto.v1.HoldFencesRequest;
import io.cattino.proto.v1.ListNodesRequest;
import io.cattino.proto.v1.Node;
import io.cattino.proto.v1.SetSettingRequest;
import io.cattino.proto.v1.ShutdownRequest;
import io.cattino.proto.v1.StatusCount;
import io.cattino.proto.v1.UndrainNodeRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls about the farm. Thread-safe. */
public final class ClusterCalls {

    private final Caller caller;

    ClusterCalls(Caller caller) {
        this.caller = caller;
    }

    /** See {@code Cluster}. */
    public ClusterStatus status() {
        GetStatusResponse status =
                caller.read(
                        ClusterServiceGrpc.getGetStatusMethod(),
                        GetStatusRequest.getDefaultInstance());
        return new ClusterStatus(
                status.getClusterId(),
                status.getEpoch(),
                status.getLeader(),
                status.getHost(),
                status.getPid(),
                status.getVersion(),
                status.getGitRevision(),
                status.hasStartTime() ? TasksFromProto.instant(status.getStartTime()) : null,
                status.getAllInOne(),
                status.getHome(),
                counts(status.getTasksList()),
                status.getNodesReady(),
                status.getNodes(),
                status.hasFenceHold() ? Durations.fromProto(status.getFenceHold()) : null,
                status.getRevision());
    }

    /** See {@code Cluster}. */
    public List<Setting> settings() {
        return caller
                .read(
                        ClusterServiceGrpc.getGetSettingsMethod(),
                        GetSettingsRequest.getDefaultInstance())
                .getSettingsList()
                .stream()
                .map(ClusterCalls::setting)
                .toList();
    }

    /** See {@code Cluster}. */
    public Setting setting(String key) {
        List<Setting> all = settings();
        return all.stream()
                .filter(setting -> setting.key().equals(hyphens(key)))
                .findFirst()
                .orElseThrow(() -> missing(key, all));
    }

    /** See {@code Cluster}. */
    public Setting set(String key, String value) {
        SetSettingRequest request =
                SetSettingRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setKey(hyphens(key))
                        .setValue(value)
                        .build();
        return setting(caller.call(ClusterServiceGrpc.getSetSettingMethod(), request).getSetting());
    }

    /** See {@code Cluster}. */
    public List<String> shutdown(Duration limit) {
        ShutdownRequest request = ShutdownRequest.newBuilder().setRequestId(Ulid.next()).build();
        return List.copyOf(
                caller.call(ClusterServiceGrpc.getShutdownMethod(), request, limit)
                        .getCancelledList());
    }

    /** See {@code Cluster}. */
    public Duration holdFences(Duration duration) {
        HoldFencesRequest request =
                HoldFencesRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setDuration(Durations.toProto(duration))
                        .build();
        return Durations.fromProto(
                caller.call(ClusterServiceGrpc.getHoldFencesMethod(), request).getRemaining());
    }

    /** See {@code Nodes}. */
    public List<NodeInfo> nodes() {
        return caller
                .read(
                        ClusterServiceGrpc.getListNodesMethod(),
                        ListNodesRequest.getDefaultInstance())
                .getNodesList()
                .stream()
                .map(ClusterCalls::node)
                .toList();
    }

    /** See {@code Nodes}. */
    public NodeInfo drain(String node, Drain drain) {
        DrainNodeRequest.Builder request =
                DrainNodeRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setNode(node)
                        .setReason(drain.why());
        Duration deadline = drain.deadline();
        if (deadline != null) {
            request.setDeadline(Durations.toProto(deadline));
        }
        return node(
                caller.call(ClusterServiceGrpc.getDrainNodeMethod(), request.build()).getNode());
    }

    /** See {@code Nodes}. */
    public NodeInfo undrain(String node) {
        UndrainNodeRequest request =
                UndrainNodeRequest.newBuilder().setRequestId(Ulid.next()).setNode(node).build();
        return node(caller.call(ClusterServiceGrpc.getUndrainNodeMethod(), request).getNode());
    }

    /** See {@code Nodes}. */
    public NodeInfo undrain(String node, int device) {
        UndrainNodeRequest request =
                UndrainNodeRequest.newBuilder()
                        .setRequestId(Ulid.next())
                        .setNode(node)
                        .setDevice(device)
                        .build();
        return node(caller.call(ClusterServiceGrpc.getUndrainNodeMethod(), request).getNode());
    }

    /** See {@code Nodes}. */
    public NodeInfo forget(String node) {
        ForgetNodeRequest request =
                ForgetNodeRequest.newBuilder().setRequestId(Ulid.next()).setNode(node).build();
        return node(caller.call(ClusterServiceGrpc.getForgetNodeMethod(), request).getNode());
    }

    private static String hyphens(String key) {
        return key.replace('_', '-');
    }

    private static MeowException missing(String key, List<Setting> all) {
        String keys = all.stream().map(Setting::key).collect(Collectors.joining(", "));
        return new MeowException.NotFound(
                "there is no setting '%s'".formatted(key),
                new MeowException.Details("NOT_FOUND", "there are: " + keys, "key", Map.of()),
                null);
    }

    private static Map<TaskStatus, Long> counts(List<StatusCount> counts) {
        Map<TaskStatus, Long> tasks = new EnumMap<>(TaskStatus.class);
        counts.forEach(count ->
                tasks.merge(TasksFromProto.status(count.getStatus()), count.getCount(), Long::sum));
        return tasks;
    }

    private static Setting setting(io.cattino.proto.v1.Setting setting) {
        return new Setting(
                setting.getKey(),
                setting.getValue(),
                setting.getDefaultValue(),
                setting.getDescription());
    }

    private static NodeInfo node(Node node) {
        return new NodeInfo(
                node.getId(),
                node.getName(),
                state(node.getState()),
                node.getDraining(),
                node.getDrainReason(),
                node.hasDrainRemaining() ? Durations.fromProto(node.getDrainRemaining()) : null,
                node.getTroublesList(),
                node.getDevicesList().stream().map(ClusterCalls::device).toList(),
                node.getCpus(),
                node.getMemoryMib(),
                node.getSlots(),
                node.getRunning(),
                node.getAgentVersion(),
                node.hasLastSeenTime() ? TasksFromProto.instant(node.getLastSeenTime()) : null,
                node.getLabelsMap());
    }

    private static DeviceInfo device(Device device) {
        return new DeviceInfo(
                device.getIndex(),
                device.getUuid(),
                device.getModel(),
                device.getKind(),
                device.getTotalMib(),
                device.getUsedMib(),
                device.getPromisedMib(),
                device.getExternalMib(),
                device.getAttempts(),
                state(device.getState()),
                device.getSquattersList().stream().map(ClusterCalls::squatter).toList(),
                device.getDriver(),
                device.getPciBusId(),
                device.hasNumaNode() ? device.getNumaNode() : null,
                telemetry(device),
                device.getHealth());
    }

    private static DeviceTelemetry telemetry(Device device) {
        return new DeviceTelemetry(
                device.hasUtilizationPercent() ? device.getUtilizationPercent() : null,
                device.hasTemperatureCelsius() ? device.getTemperatureCelsius() : null,
                device.hasPowerMilliwatts() ? device.getPowerMilliwatts() : null,
                device.hasEccUncorrected() ? device.getEccUncorrected() : null,
                device.hasLastXid() ? device.getLastXid() : null);
    }

    private static Squatter squatter(io.cattino.proto.v1.Squatter squatter) {
        return new Squatter(
                squatter.getPid(),
                squatter.getUser(),
                squatter.getCommand(),
                squatter.hasStartTime() ? TasksFromProto.instant(squatter.getStartTime()) : null,
                squatter.getUsedMib());
    }

    private static NodeInfo.State state(Node.State state) {
        return switch (state) {
            case STATE_READY -> NodeInfo.State.READY;
            case STATE_SUSPECT -> NodeInfo.State.SUSPECT;
            case STATE_UNREACHABLE -> NodeInfo.State.UNREACHABLE;
            case STATE_LOST -> NodeInfo.State.LOST;
            case STATE_AWAY -> NodeInfo.State.AWAY;
            case STATE_UNKNOWN, STATE_UNSPECIFIED, UNRECOGNIZED -> NodeInfo.State.UNKNOWN;
        };
    }

    private static DeviceInfo.State state(Device.State state) {
        return switch (state) {
            case STATE_OK -> DeviceInfo.State.OK;
            case STATE_CLEANING -> DeviceInfo.State.CLEANING;
            case STATE_QUARANTINED -> DeviceInfo.State.QUARANTINED;
            case STATE_UNMEASURED -> DeviceInfo.State.UNMEASURED;
            case STATE_SICK -> DeviceInfo.State.SICK;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> DeviceInfo.State.UNKNOWN;
        };
    }
}
