package io.cattino.cli.show;

import io.cattino.client.DeviceInfo;
import io.cattino.client.Explanation;
import io.cattino.client.Memory;
import io.cattino.client.NodeInfo;
import io.cattino.client.ParentInfo;
import io.cattino.client.TaskInfo;
import io.cattino.client.Veto;
import io.cattino.client.Where;
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
        suggested();
        if (!why.vetoes().isEmpty()) {
            fit(why.vetoes().getFirst());
        }
        overtake();
        widen();
        dependencies();
        return List.copyOf(helps);
    }

    /** What the leader found room for; it knows of what is kept for others. */
    private void suggested() {
        Explanation.Suggestion suggestion = why.suggestion();
        if (suggestion != null && suggestion.devices().memory() instanceof Memory.Amount amount) {
            set(
                    "requires_memory_per_device",
                    amount.mib(),
                    "fits on %s now".formatted(suggestion.node()));
        }
    }

    private void fit(Veto nearest) {
        switch (nearest.code()) {
            case "Devices" -> {
                if (nearest.have() > 0 && nearest.have() < nearest.want()) {
                    set("min_devices", nearest.have(), "fits on %s now".formatted(nearest.node()));
                }
            }
            case "DeviceSick" -> add("meow gpus " + nearest.node(), "which is sick, and why");
            case "External" -> add("meow gpus -p", "whose memory is where");
            case "NeverFits" -> {
                boolean anywhere = task.where().equals(Where.anywhere());
                if (anywhere && task.devices().memory() instanceof Memory.Amount) {
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
        if (why.ahead() == 0 || !RANKED.contains(why.reason().code())) {
            return;
        }
        List<TaskInfo> ahead = waiting.ahead();
        if (!ahead.isEmpty()) {
            int highest = ahead.getFirst().priority();
            set("priority", highest + 1L, "ranks first then");
        }
    }

    /** Where nodes are left out by what the task says. */
    private void widen() {
        if (!RANKED.contains(why.reason().code())) {
            return;
        }
        widen("Constraint", "constraint");
        widen("NodeList", task.where().nodes().isEmpty() ? "exclude" : "nodelist");
    }

    private void widen(String code, String attribute) {
        long nodes = why.vetoes().stream().filter(veto -> veto.code().equals(code)).count();
        if (nodes > 0) {
            add(
                    "meow set %s.%s ''".formatted(task.fullname(), attribute),
                    nodes == 1 ? "1 node more counts then" : nodes + " nodes more count then");
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
            add("meow rerun " + parents.getFirst(), "it starts when that is Done");
        }
        add("meow set %s.after ''".formatted(task.fullname()), "it starts without");
    }

    /** A command and what comes of it; the reason's hint may be the same command by itself. */
    private void add(String command, String then) {
        helps.remove(command);
        helps.add(command + "   " + then);
    }

    private void set(String attribute, long value, String then) {
        add("meow set %s.%s %d".formatted(task.fullname(), attribute, value), then);
    }
}
