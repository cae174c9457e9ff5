package io.cattino.cli.change;

import io.cattino.cli.command.Lookup;
import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.TaskWords;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.session.Session;
import io.cattino.client.DeviceNeed;
import io.cattino.client.Memory;
import io.cattino.client.Setting;
import io.cattino.client.TaskAttr;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code meow set}: changes a setting of the cluster, or an attribute of a waiting task. */
@Command(
        name = "set",
        description = {
            "Change a setting of the cluster, or an attribute of a waiting task.",
            "Attributes: priority, min_devices, requires_memory_per_device. Examples:",
            "  set override-exist-tasks rename",
            "  set train.priority 5"
        })
public final class SetCommand extends MeowCommand {

    private static final Set<String> LATER_SETTINGS =
            Set.of(
                    "host",
                    "port",
                    "timeout",
                    "magic-constants",
                    "resolvers",
                    "resolver-modules",
                    "visible-devices",
                    "debugging",
                    "coordinator");
    private static final List<String> ATTRIBUTES =
            List.of("priority", "min_devices", "requires_memory_per_device");

    @Parameters(index = "0", paramLabel = "SETTING|TASK.ATTR", description = "What to change")
    private String key = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "Its new value")
    private String value = "";

    public SetCommand(Session session) {
        super(session);
    }

    @Override
    protected Exit execute() {
        if (key.contains(".")) {
            setAttribute();
        } else {
            setSetting();
        }
        return Exit.OK;
    }

    private void setSetting() {
        String setting = key.replace('_', '-');
        if (LATER_SETTINGS.contains(setting)) {
            throw Failure.later("the setting '%s'".formatted(setting));
        }
        List<String> known = client().cluster().settings().stream().map(Setting::key).toList();
        if (!known.contains(setting)) {
            throw Failure.usage(
                    "there is no setting '%s'".formatted(key),
                    Text.nearest(setting, known)
                            .map("did you mean: %s ?"::formatted)
                            .orElseGet(() -> "there are: " + String.join(", ", known)));
        }
        Setting now = client().cluster().set(setting, value);
        output().note(
                        "%s is %s now (default: %s)."
                                .formatted(now.key(), now.value(), now.defaultValue()));
    }

    /** The longest known fullname first; the rest is the attribute. */
    private void setAttribute() {
        List<String> candidates = new ArrayList<>();
        for (int dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
            candidates.add(key.substring(0, dot));
        }
        TaskListing found = client().tasks().names(candidates).listing();
        String name =
                candidates.stream()
                        .filter(candidate -> !found.unknownNames().contains(candidate))
                        .findFirst()
                        .orElseThrow(() ->
                                new Lookup(client())
                                        .unknown(
                                                candidates.isEmpty()
                                                        ? key
                                                        : candidates.getFirst()));
        TaskInfo task = new Lookup(client()).task(name);
        set(task, key.substring(name.length() + 1));
    }

    private void set(TaskInfo task, String attribute) {
        DeviceNeed devices = task.devices();
        TaskInfo now =
                switch (attribute.replace('-', '_')) {
                    case "priority" ->
                            client().set(task.fullname(), TaskAttr.PRIORITY, number(attribute));
                    case "min_devices" ->
                            client().set(
                                            task.fullname(),
                                            TaskAttr.DEVICES,
                                            counted(number(attribute), devices));
                    case "requires_memory_per_device" ->
                            client().set(
                                            task.fullname(),
                                            TaskAttr.DEVICES,
                                            DeviceNeed.of(Math.max(1, devices.count()), memory()));
                    case "name" -> throw Failure.later("renaming a task");
                    default ->
                            throw Failure.usage(
                                    "a task has no attribute '%s' that can be set"
                                            .formatted(attribute),
                                    Text.nearest(attribute, ATTRIBUTES)
                                            .map("did you mean: %s ?"::formatted)
                                            .orElse("there are: " + String.join(", ", ATTRIBUTES)));
                };
        output().note(
                        "%s: %s, priority %d"
                                .formatted(
                                        now.fullname(),
                                        TaskWords.need(now.devices()),
                                        now.priority()));
    }

    private static DeviceNeed counted(int count, DeviceNeed before) {
        Memory memory = before.memory();
        return count == 0 || memory == null
                ? DeviceNeed.whole(count)
                : DeviceNeed.of(count, memory);
    }

    private Memory memory() {
        return Memory.parse(value);
    }

    private int number(String attribute) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException _) {
            throw Failure.usage("%s is a whole number, not '%s'".formatted(attribute, value));
        }
    }
}
