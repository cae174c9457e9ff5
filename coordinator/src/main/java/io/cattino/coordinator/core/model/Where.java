package io.cattino.coordinator.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a task may run, and where it would rather.
 *
 * @param nodes names, one of which its node has; {@code gpu-0[1-4]} and {@code gpu-*} stand for
 *     several; empty: any
 * @param excluded names, none of which its node has
 * @param must all of them hold, of its node or of each of its devices
 * @param prefer places where all of them hold come before others; it never waits for one
 */
public record Where(List<String> nodes, List<String> excluded, List<Term> must, List<Term> prefer) {
    /** Nothing is said. */
    public static final Where ANYWHERE = new Where(List.of(), List.of(), List.of(), List.of());

    public Where {
        nodes = List.copyOf(nodes);
        excluded = List.copyOf(excluded);
        must = List.copyOf(must);
        prefer = List.copyOf(prefer);
    }

    /** Whether every node and device will do. */
    public boolean takesAny() {
        return nodes.isEmpty() && excluded.isEmpty() && must.isEmpty();
    }

    /** Whether the lists of names let the node have it. */
    public boolean lists(String node) {
        return (nodes.isEmpty() || names(nodes, node)) && !names(excluded, node);
    }

    /** Whether the node is one of those that are ruled out by name. */
    public boolean excludes(String node) {
        return names(excluded, node);
    }

    static boolean names(List<String> patterns, String node) {
        for (String pattern : patterns) {
            if (Spelling.matchesHost(pattern, node)) {
                return true;
            }
        }
        return false;
    }

    /** What must hold, as people write it: {@code gpu.model=A100, node=gpu-0[1-4]}. */
    public String text() {
        List<String> parts = new ArrayList<>();
        must.forEach(term -> parts.add(term.text()));
        if (!nodes.isEmpty()) {
            parts.add(new Term.Name(true, nodes).text());
        }
        if (!excluded.isEmpty()) {
            parts.add(new Term.Name(false, excluded).text());
        }
        return String.join(", ", parts);
    }

    /** What it would rather have, as people write it. */
    public String preference() {
        return prefer.stream().map(Term::text).collect(Collectors.joining(", "));
    }
}
