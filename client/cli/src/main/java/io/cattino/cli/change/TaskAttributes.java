package io.cattino.cli.change;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.client.DeviceNeed;
import io.cattino.client.EdgeCondition;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.Parents;
import io.cattino.client.TaskAttr;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListing;
import io.cattino.client.Where;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes attributes of waiting tasks: {@code TASK.ATTR}. */
final class TaskAttributes {

    private static final List<String> ALL =
            List.of(
                    "priority",
                    "min_devices",
                    "requires_memory_per_device",
                    "name",
                    "after",
                    "after_any",
                    "labels",
                    "constraint",
                    "nodelist",
                    "exclude",
                    "prefer");

    private final MeowClient client;

    TaskAttributes(MeowClient client) {
        this.client = client;
    }

    /** What TASK.ATTR means. */
    private record Place(String fullname, String attribute) {}

    /** Changes one; the task after it. */
    TaskInfo set(String key, String value) {
        Place place = find(key);
        TaskInfo task = new Lookup(client).task(place.fullname());
        String attribute = place.attribute().replace('-', '_');
        DeviceNeed devices = task.devices();
        return switch (attribute) {
            case "priority" ->
                    client.set(task.fullname(), TaskAttr.PRIORITY, number(attribute, value));
            case "min_devices" ->
                    client.set(
                            task.fullname(),
                            TaskAttr.DEVICES,
                            counted(number(attribute, value), devices));
            case "requires_memory_per_device" ->
                    client.set(
                            task.fullname(),
                            TaskAttr.DEVICES,
                            DeviceNeed.of(Math.max(1, devices.count()), Memory.parse(value)));
            case "name" -> client.set(task.fullname(), TaskAttr.NAME, value);
            case "after" -> client.set(task.fullname(), TaskAttr.AFTER, Parents.of(list(value)));
            case "after_any" ->
                    client.set(
                            task.fullname(),
                            TaskAttr.AFTER,
                            new Parents(list(value), EdgeCondition.ANY));
            case "labels" -> client.setLabels(task.fullname(), labels(value));
            case "constraint" -> place(task, task.where().withConstraint(value));
            case "nodelist" -> place(task, task.where().withNodes(value));
            case "exclude" -> place(task, task.where().withExcluded(value));
            case "prefer" -> place(task, task.where().withPreference(value));
            default ->
                    throw Failure.usage(
                            "a task has no attribute '%s' that can be set"
                                    .formatted(place.attribute()),
                            Text.nearest(attribute, ALL)
                                    .map("did you mean: %s ?"::formatted)
                                    .orElse("there are: " + String.join(", ", ALL)));
        };
    }

    private TaskInfo place(TaskInfo task, Where where) {
        return client.set(task.fullname(), TaskAttr.WHERE, where);
    }

    /** The longest known fullname first; the rest is the attribute. */
    private Place find(String key) {
        List<String> candidates = new ArrayList<>();
        for (int dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
            candidates.add(key.substring(0, dot));
        }
        TaskListing found = client.tasks().names(candidates).listing();
        Optional<String> name =
                candidates.stream()
                        .filter(candidate -> !found.unknownNames().contains(candidate))
                        .findFirst();
        return name.map(known -> new Place(known, key.substring(known.length() + 1)))
                .orElseThrow(() ->
                        new Lookup(client)
                                .unknown(candidates.isEmpty() ? key : candidates.getFirst()));
    }

    /** With commas; nothing is an empty list. */
    private static List<String> list(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static Map<String, String> labels(String value) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String label : list(value)) {
            int equals = label.indexOf('=');
            if (equals <= 0) {
                throw Failure.usage("labels are KEY=VALUE,KEY=VALUE, not '%s'".formatted(label));
            }
            labels.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return labels;
    }

    private static DeviceNeed counted(int count, DeviceNeed before) {
        Memory memory = before.memory();
        return count == 0 || memory == null
                ? DeviceNeed.whole(count)
                : DeviceNeed.of(count, memory);
    }

    private static int number(String attribute, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw Failure.usage("%s is a whole number, not '%s'".formatted(attribute, value));
        }
    }
}
