package io.cattino.cli.show;

import io.cattino.client.DeviceInfo;
import io.cattino.client.Explanation;
import io.cattino.client.Memory;
import io.cattino.client.NodeInfo;
import io.cattino.client.ParentInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.Veto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Commands that would get a waiting task on, each with what comes of it. */
final class Helps {

    private static final Set<String> RANKED =
            Set.of("Memory", "Devices", "Reserved", "Cpu", "Slots");

    private final Waiting waiting;
    private final Explanation why;
    private final TaskInfo task;
    private final Set<String> helps = new LinkedHashSet<>();

    Helps(Waiting waiting) {
        this.waiting = waiting;
        this.why = waiting.why();
        this.task = why.task();
    }

    List<String> all() {
        if (!why.reason().hint().isEmpty()) {
            helps.add(why.reason().hint());
        }
        if (!why.vetoes().isEmpty()) {
            fit(why.vetoes().getFirst());
        }
        overtake();
        dependencies();
        return List.copyOf(helps);
    }

    private void fit(Veto nearest) {
        boolean amount = task.devices().memory() instanceof Memory.Amount;
        boolean some = nearest.have() > 0 && nearest.have() < nearest.want();
        switch (nearest.code()) {
            case "Memory" -> {
                if (amount && some) {
                    set(
                            "requires_memory_per_device",
                            nearest.have(),
                            "fits on %s now".formatted(nearest.node()));
                }
            }
            case "Devices" -> {
                if (some) {
                    set("min_devices", nearest.have(), "fits on %s now".formatted(nearest.node()));
                }
            }
            case "External" -> helps.add("meow gpus -p   whose memory is where");
            case "NeverFits" -> {
                if (amount) {
                    shrink();
                }
            }
            default -> {
                // Patience, or what the reason's own hint says.
            }
        }
    }

    /** The most memory that so many devices of one node have, each. */
    private void shrink() {
        int count = task.devices().count();
        waiting.nodes().stream()
                .filter(node -> node.devices().size() >= count)
                .max(Comparator.comparingLong(node -> most(node, count)))
                .ifPresent(node ->
                        set(
                                "requires_memory_per_device",
                                most(node, count),
                                "the most there is (%s)".formatted(node.name())));
    }

    private static long most(NodeInfo node, int count) {
        return node.devices().stream()
                .map(DeviceInfo::totalMib)
                .sorted(Comparator.reverseOrder())
                .skip(count - 1L)
                .findFirst()
                .orElse(0L);
    }

    private void overtake() {
        List<TaskInfo> ahead = waiting.ahead();
        if (!ahead.isEmpty() && RANKED.contains(why.reason().code())) {
            int highest = ahead.getFirst().priority();
            set("priority", highest + 1L, "ranks first then");
        }
    }

    /** It waits for what will not come by itself. */
    private void dependencies() {
        if (!task.stuck() || !why.reason().code().equals("Dependency")) {
            return;
        }
        List<String> parents = new ArrayList<>();
        task.parents().stream()
                .filter(parent -> !parent.satisfied() && parent.taskId() != 0)
                .map(ParentInfo::fullname)
                .forEach(parents::add);
        if (!parents.isEmpty()) {
            helps.add("meow rerun %s   it starts when that is Done".formatted(parents.getFirst()));
        }
        helps.add("meow set %s.after ''   it starts without".formatted(task.fullname()));
    }

    private void set(String attribute, long value, String then) {
        helps.add("meow set %s.%s %d   %s".formatted(task.fullname(), attribute, value, then));
    }
}
