package io.cattino.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line with holes, in the syntax of magic strings: a dollar sign and the name of a field in
 * braces, {@code labels.exp} for what is inside of one. Two dollar signs before a brace are one and
 * no hole; {@code \t} is a tab and {@code \n} a line end.
 */
public final class Template {

    private static final Pattern HOLE = Pattern.compile("\\$\\$\\{|\\$\\{([^{}]*)}|\\\\([tn\\\\])");

    private final List<Part> parts = new ArrayList<>();

    private sealed interface Part {}

    private record Literal(String text) implements Part {}

    private record Hole(String field, List<String> path) implements Part {}

    /** Reads it; every hole has to be a field, or something inside of one. */
    public Template(String text, Fields<?> fields) {
        Matcher hole = HOLE.matcher(text);
        int at = 0;
        while (hole.find()) {
            literal(text.substring(at, hole.start()), fields);
            at = hole.end();
            parts.add(part(hole, fields));
        }
        literal(text.substring(at), fields);
    }

    private static Part part(Matcher hole, Fields<?> fields) {
        if (hole.group(1) != null) {
            List<String> path = List.of(hole.group(1).strip().split("\\.", -1));
            String field = fields.check(List.of(path.getFirst())).getFirst();
            return new Hole(field, path.subList(1, path.size()));
        }
        return new Literal(
                switch (hole.group()) {
                    case "\\t" -> "\t";
                    case "\\n" -> "\n";
                    case "\\\\" -> "\\";
                    default -> "${";
                });
    }

    private void literal(String text, Fields<?> fields) {
        if (text.contains("${")) {
            throw Failure.usage(
                    "the template has a '${' without its '}'",
                    "write '${%s}', or '$${' for a literal one"
                            .formatted(fields.names().getFirst()));
        }
        if (!text.isEmpty()) {
            parts.add(new Literal(text));
        }
    }

    /** The line for one thing. */
    public <T> String line(Fields<T> fields, T row) {
        StringBuilder line = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Literal(String text) -> line.append(text);
                case Hole(String field, List<String> path) -> {
                    @Nullable Object value = fields.value(row, field);
                    for (String key : path) {
                        value = Fields.inside(value, key);
                    }
                    line.append(Text.oneLine(Fields.text(value)));
                }
            }
        }
        return line.toString();
    }
}
