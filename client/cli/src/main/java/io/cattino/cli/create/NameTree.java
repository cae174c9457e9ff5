package io.cattino.cli.create;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Fullnames in one line, as a shell's braces: {@code g/{a, b}}, {@code a, b}. */
final class NameTree {

    private final Map<String, NameTree> children = new LinkedHashMap<>();

    private NameTree() {}

    /**
     * The names in one line.
     *
     * @param most how many of them are written out; the rest is counted
     */
    static String of(List<String> fullnames, int most) {
        NameTree root = new NameTree();
        fullnames.stream().limit(most).forEach(name -> root.put(name.split("/", -1), 0));
        int rest = fullnames.size() - most;
        return root.text() + (rest > 0 ? " and %d more".formatted(rest) : "");
    }

    private void put(String[] parts, int next) {
        if (next < parts.length) {
            children.computeIfAbsent(parts[next], _ -> new NameTree()).put(parts, next + 1);
        }
    }

    private String text() {
        return children.entrySet().stream()
                .map(child -> child.getKey() + child.getValue().below())
                .collect(Collectors.joining(", "));
    }

    private String below() {
        return children.isEmpty() ? "" : "/" + (children.size() == 1 ? text() : "{" + text() + "}");
    }
}
