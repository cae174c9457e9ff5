package io.cattino.cli.show;

import io.cattino.cli.output.Listing;
import io.cattino.cli.output.Look;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Times;
import io.cattino.client.MeowClient;
import io.cattino.client.NodeInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Everything about one machine. */
final class NodeStory {

    private final MeowClient client;
    private final Output output;

    NodeStory(MeowClient client, Output output) {
        this.client = client;
        this.output = output;
    }

    Listing<NodeInfo> of(NodeInfo node) {
        List<TaskInfo> tasks =
                client.tasks().statuses(TaskStatus.RUNNING).list().stream()
                        .filter(task -> task.node().equals(node.name()))
                        .toList();
        List<Card> cards = Card.of(List.of(node), client);
        Told told = told(node, tasks);
        return new Listing.Told<>(
                NodeFields.ALL,
                node,
                NodeFields.ALL.names(),
                told.plain(),
                false,
                (_, look) -> people(told, cards, look));
    }

    private Told told(NodeInfo node, List<TaskInfo> tasks) {
        Told told = new Told();
        Instant seen = node.lastSeenTime();
        told.add("Node", "%s   (id %s)".formatted(node.name(), node.id()));
        told.add("State", NodeFields.stateCell(node).text());
        told.add("Draining", node.draining() ? draining(node) : "");
        told.add("Troubles", String.join(", ", NodeFields.troubles(node)));
        told.add("Seen", seen == null ? "not yet" : seen(seen));
        told.add("Agent", node.agentVersion());
        told.add(
                "Has",
                "%d CPU cores, %d MiB of memory, %d GPUs"
                        .formatted(node.cpus(), node.memoryMib(), NodeFields.cards(node).size()));
        told.add("Runs", "%d of at most %d attempts".formatted(node.running(), node.slots()));
        told.add(
                "Labels",
                node.labels().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(", ")));
        told.add("Tasks", tasks.stream().map(TaskInfo::fullname).collect(Collectors.joining(", ")));
        return told;
    }

    private static String draining(NodeInfo node) {
        String why = node.drainReason().isEmpty() ? "yes" : "yes: " + node.drainReason();
        String stay = NodeFields.stay(node);
        return stay.isEmpty() ? why : why + "   (%s)".formatted(stay);
    }

    private String seen(Instant time) {
        return output.toPeople()
                ? Times.rough(output.since(time)) + " ago   " + Times.rfc3339(time)
                : Times.rfc3339(time);
    }

    private List<String> people(Told told, List<Card> cards, Look look) {
        List<String> lines = new ArrayList<>(told.people(look));
        if (!cards.isEmpty()) {
            lines.addAll(new CardTable(output, CardTable.Detail.ALL).lines(cards, look));
        }
        return lines;
    }
}
