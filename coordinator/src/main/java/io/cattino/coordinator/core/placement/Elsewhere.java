package io.cattino.coordinator.core.placement;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Term;
import io.cattino.coordinator.core.model.Where;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a node is none of those where a task may run; null if it is one. */
final class Elsewhere {
    /** Characters of what a task says, at most. */
    private static final int LONGEST = 100;

    private Elsewhere() {}

    static @Nullable Obstacle of(TaskSpec spec, NodeSpace space, Reach reach) {
        Where where = spec.where();
        if (where.takesAny()) {
            return null;
        }
        if (!reach.node()) {
            return node(where, space);
        }
        int needed = Reach.needed(spec, where.must());
        int there = reach.devices().size();
        return there >= needed
                ? null
                : new Obstacle(
                        ReasonCode.CONSTRAINT,
                        space,
                        there,
                        needed,
                        () -> devices(where, space, needed));
    }

    private static Obstacle node(Where where, NodeSpace space) {
        return where.lists(space.node.name())
                ? new Obstacle(ReasonCode.CONSTRAINT, space, 0, 1, () -> node(where, space.node))
                : new Obstacle(
                        ReasonCode.NODE_LIST,
                        space,
                        0,
                        1,
                        () ->
                                where.excludes(space.node.name())
                                        ? "excluded by name"
                                        : "not in the node list");
    }

    /** The first term that does not hold of the node, and what it has instead. */
    private static String node(Where where, Node node) {
        for (Term term : where.must()) {
            if (term instanceof Term.OfNode asked && !asked.holds(node)) {
                return switch (asked) {
                    case Term.Name _ -> "other name";
                    case Term.Label label -> {
                        String has = node.inventory().labels().get(label.label());
                        yield has == null
                                ? "no " + label.key()
                                : "other %s (%s, asked %s)"
                                        .formatted(label.key(), has, asked(label));
                    }
                };
            }
        }
        throw new IllegalStateException("a term keeps the task from " + node.name());
    }

    /** The first term that leaves too few devices, and what those have instead. */
    private static String devices(Where where, NodeSpace space, int needed) {
        List<DeviceInfo> left = space.node.inventory().devices();
        for (Term term : where.must()) {
            if (term instanceof Term.OfDevice asked) {
                List<DeviceInfo> fit = left.stream().filter(asked::holds).toList();
                if (fit.size() < needed) {
                    List<DeviceInfo> others = left.stream().filter(d -> !fit.contains(d)).toList();
                    return fit.isEmpty()
                            ? other(asked, others)
                            : "%d of %d devices as asked".formatted(fit.size(), needed)
                                    + (others.isEmpty() ? "" : "; " + other(asked, others));
                }
                left = fit;
            }
        }
        throw new IllegalStateException("a term keeps the task from " + space.node.name());
    }

    private static String other(Term.OfDevice term, List<DeviceInfo> devices) {
        List<DeviceInfo> cards = devices.stream().filter(device -> !device.isHost()).toList();
        if (cards.isEmpty()) {
            return "no GPU (asked %s)".formatted(term.text());
        }
        String has =
                cards.stream()
                        .map(term::of)
                        .map(value -> value.isEmpty() ? "not known" : value)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return "other %s (%s, asked %s)"
                .formatted(term.key().substring(term.key().indexOf('.') + 1), has, asked(term));
    }

    /** Without its key, and without the sign that goes without saying. */
    static String asked(Term term) {
        String rest = term.text().substring(term.text().indexOf(term.key()) + term.key().length());
        String asked = rest.startsWith("=") ? rest.substring(1) : rest;
        return asked.length() <= LONGEST ? asked : asked.substring(0, LONGEST) + " ...";
    }
}
