package io.cattino.cli.show;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.Places;
import io.cattino.cli.output.Colour;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.client.DeviceInfo;
import io.cattino.client.NodeInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meow nodes}: the machines. */
@Command(
        name = "nodes",
        description = "List the machines, their GPUs (or host memory) and what is free of them.")
public final class NodesCommand extends MeowCommand {

    private static final int BAR = 12;
    private static final int MIB_PER_GIB = 1024;
    private static final int PERCENT = 100;
    private static final int RANK_MODEL = 3;
    private static final int RANK_VERSION = 4;
    private static final int RANK_BAR = 5;
    private static final int RANK_MEMORY = 2;

    @Option(
            names = "--json",
            paramLabel = "",
            hideParamSyntax = true,
            description = "An array of objects")
    private @Nullable String json;

    public NodesCommand(Session session) {
        super(session);
    }

    @Override
    public boolean speaksJson() {
        return json != null;
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("-o", "--output", "--format", "--sort", "-w", "--watch", "--no-header");
    }

    @Override
    protected Exit execute() {
        List<NodeInfo> nodes = client().nodes().list();
        if (json != null) {
            output().json(nodes.stream().map(NodesCommand::json).toList());
        } else if (!output().toPeople()) {
            nodes.forEach(node -> output().values(row(node)));
        } else if (nodes.isEmpty()) {
            output().warn("No node has registered yet. Start one there: meow agent run");
        } else {
            output().table(table(nodes));
            output().line(summary(nodes));
        }
        return Exit.OK;
    }

    private Table table(List<NodeInfo> nodes) {
        boolean cards =
                nodes.stream().flatMap(node -> node.devices().stream()).allMatch(Places::isCard);
        Table table =
                new Table(
                        Column.elastic("NAME"),
                        Column.of("STATE"),
                        Column.of(cards ? "GPUS" : "DEVICES"),
                        Column.of("FREE"),
                        Column.optional("MODEL", RANK_MODEL),
                        Column.optional(cards ? "GPU MEM" : "DEVICE MEM", RANK_BAR),
                        Column.optional("MEM", RANK_MEMORY),
                        Column.of("TASKS"),
                        Column.optional("AGENT", RANK_VERSION),
                        Column.of("SEEN"),
                        Column.elastic(""));
        for (NodeInfo node : nodes) {
            List<DeviceInfo> devices = node.devices();
            Instant seen = node.lastSeenTime();
            table.row(
                    Cell.of(node.name()),
                    state(node),
                    Cell.of(Integer.toString(devices.size())),
                    Cell.of(Long.toString(free(devices))),
                    Cell.orDash(models(devices)),
                    Cell.orDash(bar(devices)),
                    Cell.of(node.memoryMib() / MIB_PER_GIB + "G"),
                    Cell.of(node.running() + "/" + node.slots()),
                    Cell.orDash(node.agentVersion()),
                    Cell.of(seen == null ? "-" : Times.rough(output().since(seen))),
                    Cell.of(node.draining() ? node.drainReason() : ""));
        }
        return table;
    }

    private static long free(List<DeviceInfo> devices) {
        return devices.stream()
                .filter(device -> device.state() == DeviceInfo.State.OK && device.attempts() == 0)
                .count();
    }

    private static String models(List<DeviceInfo> devices) {
        return devices.stream()
                .map(device ->
                        (Places.isCard(device) ? device.model() : "host memory")
                                + " "
                                + device.totalMib() / MIB_PER_GIB
                                + "G")
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** How much is promised to tasks. */
    private static String bar(List<DeviceInfo> devices) {
        long total = devices.stream().mapToLong(DeviceInfo::totalMib).sum();
        if (total == 0) {
            return "";
        }
        long promised = devices.stream().mapToLong(DeviceInfo::promisedMib).sum();
        int full = (int) Math.min(BAR, (promised * BAR + total - 1) / total);
        return "█".repeat(full) + "░".repeat(BAR - full) + " " + promised * PERCENT / total + "%";
    }

    private static Cell state(NodeInfo node) {
        String word = word(node.state());
        if (node.state() == NodeInfo.State.READY && node.draining()) {
            return new Cell("◑ Draining", Colour.YELLOW);
        }
        String state = node.draining() ? word + ", draining" : word;
        return switch (node.state()) {
            case READY -> new Cell("● " + state, Colour.GREEN);
            case SUSPECT, UNKNOWN, AWAY -> new Cell("○ " + state, Colour.YELLOW);
            case UNREACHABLE, LOST -> new Cell("✗ " + state, Colour.RED);
        };
    }

    private static String word(NodeInfo.State state) {
        String name = state.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    private static List<String> row(NodeInfo node) {
        List<DeviceInfo> devices = node.devices();
        Instant seen = node.lastSeenTime();
        return List.of(
                node.name(),
                word(node.state()),
                node.draining() ? "draining" : "-",
                Integer.toString(devices.size()),
                Long.toString(free(devices)),
                Integer.toString(node.running()),
                seen == null ? "-" : Times.rfc3339(seen));
    }

    private static String summary(List<NodeInfo> nodes) {
        Map<String, Long> states = new LinkedHashMap<>();
        nodes.forEach(node ->
                states.merge(
                        node.draining() ? "draining" : word(node.state()).toLowerCase(Locale.ROOT),
                        1L,
                        Long::sum));
        List<String> parts = new ArrayList<>();
        states.forEach((state, count) -> parts.add(count + " " + state));
        List<DeviceInfo> gpus =
                nodes.stream()
                        .flatMap(node -> node.devices().stream())
                        .filter(Places::isCard)
                        .toList();
        String cards =
                gpus.isEmpty()
                        ? "no GPUs"
                        : Text.count(gpus.size(), "GPU") + ", " + free(gpus) + " free";
        return Text.count(nodes.size(), "node") + ": " + String.join(", ", parts) + " · " + cards;
    }

    private static Map<String, @Nullable Object> json(NodeInfo node) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("name", node.name());
        object.put("id", node.id());
        object.put("state", word(node.state()));
        object.put("draining", node.draining());
        object.put("drain_reason", node.drainReason().isEmpty() ? null : node.drainReason());
        object.put("cpus", node.cpus());
        object.put("memory_mib", node.memoryMib());
        object.put("slots", node.slots());
        object.put("running", node.running());
        object.put("agent_version", node.agentVersion());
        object.put("last_seen_time", node.lastSeenTime());
        object.put("labels", node.labels());
        object.put("devices", node.devices().stream().map(NodesCommand::json).toList());
        return object;
    }

    private static Map<String, @Nullable Object> json(DeviceInfo device) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("index", device.index());
        object.put("uuid", device.uuid());
        object.put("model", device.model());
        object.put("kind", device.kind());
        object.put("total_mib", device.totalMib());
        object.put("used_mib", device.usedMib());
        object.put("promised_mib", device.promisedMib());
        object.put("external_mib", device.externalMib());
        object.put("attempts", device.attempts());
        object.put("state", device.state().name().toLowerCase(Locale.ROOT));
        return object;
    }
}
