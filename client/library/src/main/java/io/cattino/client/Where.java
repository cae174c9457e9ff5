package io.cattino.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a task may run, and where it would rather. Methods that read a text throw {@link
 * IllegalArgumentException} with what to write instead.
 *
 * @param nodes names of nodes, one of which its node has: {@code gpu-01}, {@code gpu-0[1-4]},
 *     {@code gpu-*}; none: any node
 * @param excluded names of nodes, none of which its node has
 * @param must terms that all hold, of its node or of each of its devices; names are no such terms
 * @param prefer terms: places where all of them hold come before others; it never waits for one
 */
public record Where(List<String> nodes, List<String> excluded, List<Term> must, List<Term> prefer) {

    private static final Where ANYWHERE = new Where(List.of(), List.of(), List.of(), List.of());

    public Where {
        nodes = List.copyOf(nodes);
        excluded = List.copyOf(excluded);
        must = List.copyOf(must);
        prefer = List.copyOf(prefer);
    }

    /** Nothing is said. */
    public static Where anywhere() {
        return ANYWHERE;
    }

    /** Only on these nodes, as {@code gpu-0[1-4],gpu-9}; blank: on any. */
    public Where withNodes(String list) {
        return new Where(reading("nodelist", list, Terms::hosts), excluded, must, prefer);
    }

    /** Not on these nodes; blank: none is excluded. */
    public Where withExcluded(String list) {
        return new Where(nodes, reading("exclude", list, Terms::hosts), must, prefer);
    }

    /** With terms as {@link Term#parse} reads them, that all have to hold; blank: none. */
    public Where withConstraint(String terms) {
        List<Term> read = reading("constraint", terms, Terms::parse);
        for (Term term : read) {
            if (term.key().equals(Terms.NODE)) {
                boolean not = term.operator() == Term.Operator.NOT_EQUAL;
                throw new IllegalArgumentException(
                        "constraint: nodes are named by %s, not by a term: %s"
                                .formatted(
                                        not ? "exclude" : "nodelist",
                                        String.join(",", term.values())));
            }
        }
        return new Where(nodes, excluded, read, prefer);
    }

    /** With terms as {@link Term#parse} reads them, that would better hold; blank: none. */
    public Where withPreference(String terms) {
        return new Where(nodes, excluded, must, reading("prefer", terms, Terms::parse));
    }

    private static <T> T reading(String what, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
        }
    }

    /** {@link #nodes} as people write them. */
    public String nodelist() {
        return String.join(",", nodes);
    }

    /** {@link #excluded} as people write them. */
    public String exclude() {
        return String.join(",", excluded);
    }

    /** {@link #must} as people write them. */
    public String constraint() {
        return text(must);
    }

    /** {@link #prefer} as people write them. */
    public String preference() {
        return text(prefer);
    }

    private static String text(List<Term> terms) {
        return terms.stream().map(Term::toString).collect(Collectors.joining(","));
    }

    /** All of it, for people: {@code gpu.model=A100, node=gpu-0[1-4], rather label.rack=r1}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        must.forEach(term -> parts.add(term.toString()));
        if (!nodes.isEmpty()) {
            parts.add("node=" + nodelist());
        }
        if (!excluded.isEmpty()) {
            parts.add("node!=" + exclude());
        }
        if (!prefer.isEmpty()) {
            parts.add(
                    "rather " + String.join(" and ", prefer.stream().map(Term::toString).toList()));
        }
        return String.join(", ", parts);
    }
}
