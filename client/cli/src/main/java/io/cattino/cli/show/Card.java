package io.cattino.cli.show;

import io.cattino.cli.output.Fields;
import io.cattino.client.AttemptInfo;
import io.cattino.client.DeviceInfo;
import io.cattino.client.DeviceShare;
import io.cattino.client.MeowClient;
import io.cattino.client.NodeInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A card and who holds it.
 *
 * @param node its machine
 * @param device what it is
 * @param holders attempts that have a part of it
 */
record Card(NodeInfo node, DeviceInfo device, List<Holder> holders) {

    /** Every field of a card. */
    static final Fields<Card> FIELDS = fields();

    /** What a pipe gets of {@code gpus}, in this order: a promise to programs. */
    static final List<String> COLUMNS =
            List.of(
                    "gpu",
                    "model",
                    "state",
                    "total_mib",
                    "used_mib",
                    "promised_mib",
                    "external_mib",
                    "tasks");

    Card {
        holders = List.copyOf(holders);
    }

    /**
     * An attempt that has a part of a card.
     *
     * @param mib MiB promised to it there
     */
    record Holder(TaskInfo task, AttemptInfo attempt, long mib) {}

    private static Fields<Card> fields() {
        Fields<Card> fields = new Fields<>("a GPU");
        fields.add("gpu", card -> card.node().name() + ":" + card.device().index());
        fields.add("node", card -> card.node().name());
        NodeFields.DEVICE
                .names()
                .forEach(name ->
                        fields.add(name, card -> NodeFields.DEVICE.value(card.device(), name)));
        fields.add("tasks", card -> card.holders().stream().map(h -> h.task().fullname()).toList());
        fields.add("holders", card -> card.holders().stream().map(Card::holder).toList());
        return fields;
    }

    private static Map<String, @Nullable Object> holder(Holder holder) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("fullname", holder.task().fullname());
        object.put("attempt", holder.attempt().number());
        object.put("pid", holder.attempt().pid() == 0 ? null : holder.attempt().pid());
        object.put("promised_mib", holder.mib());
        return object;
    }

    /** The cards of these machines. */
    static List<Card> of(List<NodeInfo> nodes, MeowClient client) {
        List<TaskInfo> running = client.tasks().statuses(TaskStatus.RUNNING).list();
        List<Card> cards = new ArrayList<>();
        for (NodeInfo node : nodes) {
            NodeFields.cards(node)
                    .forEach(device ->
                            cards.add(new Card(node, device, holders(node, device, running))));
        }
        return cards;
    }

    private static List<Holder> holders(NodeInfo node, DeviceInfo device, List<TaskInfo> running) {
        List<Holder> holders = new ArrayList<>();
        for (TaskInfo task : running) {
            AttemptInfo attempt = task.newestAttempt().orElse(null);
            if (attempt == null || !attempt.node().equals(node.name())) {
                continue;
            }
            for (DeviceShare share : attempt.devices()) {
                if (share.index() == device.index()) {
                    holders.add(new Holder(task, attempt, share.mib()));
                }
            }
        }
        return holders;
    }
}
