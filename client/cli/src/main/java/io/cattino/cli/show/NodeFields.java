package io.cattino.cli.show;

import io.cattino.cli.command.Places;
import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.client.DeviceInfo;
import io.cattino.client.NodeInfo;
import io.cattino.client.Squatter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What programs and people can read of a machine and of its devices. */
final class NodeFields {

    /** Every field of a device. */
    static final Fields<DeviceInfo> DEVICE = device();

    /** Every field of a machine. */
    static final Fields<NodeInfo> ALL = all();

    /** What a pipe gets of {@code nodes}, in this order: a promise to programs. */
    static final List<String> COLUMNS =
            List.of("name", "state", "draining", "gpus", "free", "running", "last_seen_time");

    private NodeFields() {}

    private static Fields<NodeInfo> all() {
        Fields<NodeInfo> fields = new Fields<>("a node");
        fields.add("name", NodeInfo::name);
        fields.add("id", NodeInfo::id);
        fields.add("state", node -> word(node.state()));
        fields.add("draining", NodeInfo::draining);
        fields.add(
                "drain_reason", node -> node.drainReason().isEmpty() ? null : node.drainReason());
        fields.add("gpus", node -> cards(node).size());
        fields.add("free", node -> free(cards(node)));
        fields.add("cpus", NodeInfo::cpus);
        fields.add("memory_mib", NodeInfo::memoryMib);
        fields.add("slots", NodeInfo::slots);
        fields.add("running", NodeInfo::running);
        fields.add("agent_version", NodeInfo::agentVersion);
        fields.add("last_seen_time", NodeInfo::lastSeenTime);
        fields.add("labels", NodeInfo::labels);
        fields.add(
                "devices",
                node ->
                        node.devices().stream()
                                .map(device -> DEVICE.object(device, DEVICE.names()))
                                .toList());
        fields.add("drain_remaining", node -> Times.seconds(node.drainRemaining()));
        fields.add("troubles", NodeInfo::troubles);
        return fields;
    }

    private static Fields<DeviceInfo> device() {
        Fields<DeviceInfo> fields = new Fields<>("a device");
        fields.add("index", DeviceInfo::index);
        fields.add("uuid", DeviceInfo::uuid);
        fields.add("model", DeviceInfo::model);
        fields.add("kind", DeviceInfo::kind);
        fields.add("total_mib", DeviceInfo::totalMib);
        fields.add("used_mib", DeviceInfo::usedMib);
        fields.add("promised_mib", DeviceInfo::promisedMib);
        fields.add("external_mib", DeviceInfo::externalMib);
        fields.add("attempts", DeviceInfo::attempts);
        fields.add("state", device -> word(device.state()));
        fields.add(
                "squatters",
                device -> device.squatters().stream().map(NodeFields::squatter).toList());
        fields.add("driver", device -> device.driver().isEmpty() ? null : device.driver());
        fields.add("pci_bus_id", device -> device.pciBusId().isEmpty() ? null : device.pciBusId());
        fields.add("numa_node", DeviceInfo::numaNode);
        fields.add("utilization_percent", device -> device.telemetry().utilizationPercent());
        fields.add("temperature_celsius", device -> device.telemetry().temperatureCelsius());
        fields.add("power_milliwatts", device -> device.telemetry().powerMilliwatts());
        fields.add("ecc_uncorrected", device -> device.telemetry().eccUncorrected());
        fields.add("last_xid", device -> device.telemetry().lastXid());
        fields.add("health", device -> device.health().isEmpty() ? null : device.health());
        return fields;
    }

    private static Map<String, @Nullable Object> squatter(Squatter squatter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("pid", squatter.pid());
        object.put("user", squatter.user());
        object.put("command", squatter.command());
        object.put("start_time", squatter.startTime());
        object.put("used_mib", squatter.usedMib());
        return object;
    }

    /** {@code unmeasured}, {@code sick: Xid 79: the GPU has fallen off the bus}. */
    static String trouble(DeviceInfo device) {
        String word = word(device.state());
        return device.health().isEmpty() ? word : word + ": " + Text.oneLine(device.health());
    }

    /** {@code GPU-5e…, PCI 0000:3b:00.0, NUMA node 0, 2 uncorrected ECC errors, last Xid 31}. */
    static String whereabouts(DeviceInfo device) {
        List<String> parts = new ArrayList<>();
        if (!device.uuid().isEmpty()) {
            parts.add(device.uuid());
        }
        if (!device.pciBusId().isEmpty()) {
            parts.add("PCI " + device.pciBusId());
        }
        if (device.numaNode() != null) {
            parts.add("NUMA node " + device.numaNode());
        }
        Long errors = device.telemetry().eccUncorrected();
        if (errors != null) {
            parts.add(errors + " uncorrected ECC errors");
        }
        if (device.telemetry().lastXid() != null) {
            parts.add("last Xid " + device.telemetry().lastXid());
        }
        return Text.oneLine(String.join(", ", parts));
    }

    /** Its cards; none if it only has its memory. */
    static List<DeviceInfo> cards(NodeInfo node) {
        return node.devices().stream().filter(Places::isCard).toList();
    }

    /** How many of them nobody holds. */
    static long free(List<DeviceInfo> devices) {
        return devices.stream()
                .filter(device -> device.state() == DeviceInfo.State.OK && device.attempts() == 0)
                .count();
    }

    /** Glyph and word. */
    static Cell stateCell(NodeInfo node) {
        String word = word(node.state());
        if (node.state() == NodeInfo.State.READY && node.draining()) {
            return new Cell("◑ Draining", Colour.YELLOW);
        }
        String state = node.draining() ? word + ", draining" : word;
        return switch (node.state()) {
            case READY ->
                    node.troubles().isEmpty()
                            ? new Cell("● " + state, Colour.GREEN)
                            : new Cell("◑ " + state, Colour.YELLOW);
            case SUSPECT, UNKNOWN, AWAY -> new Cell("○ " + state, Colour.YELLOW);
            case UNREACHABLE, LOST -> new Cell("✗ " + state, Colour.RED);
        };
    }

    /** What its troubles mean; a newer coordinator may know more of them. */
    static List<String> troubles(NodeInfo node) {
        return node.troubles().stream()
                .map(word ->
                        switch (word) {
                            case "DiskFull" -> "its disk is full";
                            case "FenceDown" -> "its fence is not alive";
                            case "Deaf" -> "what it is told does not arrive";
                            default -> word;
                        })
                .toList();
    }

    /** How long what runs there may stay; empty: until it ends, or nothing does. */
    static String stay(NodeInfo node) {
        Duration left = node.drainRemaining();
        if (left == null || (left.isZero() && node.running() == 0)) {
            return "";
        }
        return left.isZero() ? "its time is up" : Times.left(left) + " left";
    }

    /** {@code Ready}. */
    static String word(NodeInfo.State state) {
        String name = state.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /** {@code ok}. */
    static String word(DeviceInfo.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
