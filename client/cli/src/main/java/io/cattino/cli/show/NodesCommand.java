package io.cattino.cli.show;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.OutputOptions;
import io.cattino.cli.command.Places;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.DeviceInfo;
import io.cattino.client.NodeInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code meow nodes}: the machines. */
public final class NodesCommand extends MeowCommand {

    private static final int MIB_PER_GIB = 1024;
    private static final int RANK_CPU = 6;
    private static final int RANK_BAR = 5;
    private static final int RANK_VERSION = 4;
    private static final int RANK_MODEL = 3;
    private static final int RANK_MEMORY = 2;

    private OutputOptions options = new OutputOptions();

    public NodesCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about("List the machines, their GPUs (or host memory) and what is free of them.");
        options.declare(syntax);
    }

    @Override
    public boolean speaksJson() {
        return options.isJson();
    }

    @Override
    protected Exit execute() {
        return options.show(output(), this::listing);
    }

    private Listing<NodeInfo> listing() {
        return new Listing.Many<>(
                NodeFields.ALL,
                client().nodes().list(),
                NodeFields.COLUMNS,
                NodeFields.ALL.names(),
                this::people);
    }

    private List<String> people(List<NodeInfo> nodes, Look look) {
        if (nodes.isEmpty()) {
            output().warn("No node has registered yet. Start one there: meow agent run");
            return List.of();
        }
        List<String> lines = new ArrayList<>(table(nodes).lines(look));
        if (look.header()) {
            lines.add(summary(nodes));
        }
        return lines;
    }

    private Table table(List<NodeInfo> nodes) {
        boolean cards = nodes.stream().anyMatch(node -> !NodeFields.cards(node).isEmpty());
        Table table =
                new Table(
                        Column.elastic("NAME"),
                        Column.of("STATE"),
                        Column.of("GPUS"),
                        Column.of("FREE"),
                        Column.optional("MODEL", RANK_MODEL),
                        Column.optional(cards ? "GPU MEM" : "PROMISED", RANK_BAR),
                        Column.optional("CPUS", RANK_CPU),
                        Column.optional("MEM", RANK_MEMORY),
                        Column.of("TASKS"),
                        Column.optional("AGENT", RANK_VERSION),
                        Column.of("SEEN"),
                        Column.elastic("NOTE"));
        nodes.forEach(node -> table.row(row(node)));
        return table;
    }

    private List<Cell> row(NodeInfo node) {
        List<DeviceInfo> cards = NodeFields.cards(node);
        MemoryBar bar = MemoryBar.of(cards.isEmpty() ? node.devices() : cards);
        Instant seen = node.lastSeenTime();
        return List.of(
                Cell.of(node.name()),
                NodeFields.stateCell(node),
                Cell.orDash(cards.isEmpty() ? "" : Integer.toString(cards.size())),
                Cell.orDash(cards.isEmpty() ? "" : Long.toString(NodeFields.free(cards))),
                Cell.orDash(
                        String.join(
                                ", ", cards.stream().map(NodesCommand::model).distinct().toList())),
                Cell.orDash(bar.total() == 0 ? "" : bar.text(false) + " " + bar.percent() + "%"),
                Cell.of(Integer.toString(node.cpus())),
                Cell.of(node.memoryMib() / MIB_PER_GIB + "G"),
                Cell.of(Integer.toString(node.running())),
                Cell.orDash(node.agentVersion()),
                Cell.of(seen == null ? "-" : Times.rough(output().since(seen))),
                Cell.of(note(node)));
    }

    /** {@code A100 80G}. */
    private static String model(DeviceInfo device) {
        boolean told = device.model().matches(".*\\d ?Gi?B?");
        return told ? device.model() : device.model() + " " + device.totalMib() / MIB_PER_GIB + "G";
    }

    private static String note(NodeInfo node) {
        List<String> notes = new ArrayList<>();
        if (node.draining() && !node.drainReason().isEmpty()) {
            notes.add("\"" + node.drainReason() + "\"");
        }
        if (!NodeFields.stay(node).isEmpty()) {
            notes.add(NodeFields.stay(node));
        }
        notes.addAll(NodeFields.troubles(node));
        for (DeviceInfo device : node.devices()) {
            if (device.state() != DeviceInfo.State.OK) {
                notes.add(
                        (Places.isCard(device) ? "GPU " : "device ")
                                + device.index()
                                + " "
                                + NodeFields.trouble(device));
            }
        }
        long external = NodeFields.cards(node).stream().mapToLong(DeviceInfo::externalMib).sum();
        if (external > 0) {
            notes.add(external + " MiB used by others");
        }
        return String.join(", ", notes);
    }

    private static String summary(List<NodeInfo> nodes) {
        Map<String, Long> states = new LinkedHashMap<>();
        nodes.forEach(node ->
                states.merge(
                        node.draining()
                                ? "draining"
                                : NodeFields.word(node.state()).toLowerCase(Locale.ROOT),
                        1L,
                        Long::sum));
        List<String> parts = new ArrayList<>();
        states.forEach((state, count) -> parts.add(count + " " + state));
        List<DeviceInfo> gpus =
                nodes.stream().flatMap(node -> NodeFields.cards(node).stream()).toList();
        String cards =
                gpus.isEmpty()
                        ? "no GPUs"
                        : Text.count(gpus.size(), "GPU") + ", " + NodeFields.free(gpus) + " free";
        return Text.count(nodes.size(), "node") + ": " + String.join(", ", parts) + " · " + cards;
    }
}
