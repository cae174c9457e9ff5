package io.cattino.cli.output;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as YAML 1.2 in block style. Text is plain only where no reader of any YAML version
 * could take it for something else; else it is quoted as in JSON, which YAML contains.
 */
public final class Yaml {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./@+-]*");
    private static final Pattern WORDS =
            Pattern.compile(
                    "(?i)y|n|yes|no|on|off|true|false|null|nan|inf|[-+]?\\.(inf|nan)|0x.*|0o.*");
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]");

    private final StringBuilder text = new StringBuilder();

    private Yaml() {}

    /** The value as a document, without its last line end. */
    public static String write(@Nullable Object value) {
        Yaml yaml = new Yaml();
        yaml.value(value, 0, true);
        return yaml.text.toString().stripLeading();
    }

    /**
     * A value behind its key or dash.
     *
     * @param inline whether its first line may go on behind a dash
     */
    private void value(@Nullable Object value, int depth, boolean inline) {
        switch (value) {
            case Map<?, ?> map when !map.isEmpty() -> map(map, depth, inline);
            case List<?> list when !list.isEmpty() -> list(list, depth);
            case null, default -> text.append(' ').append(scalar(value));
        }
    }

    private void map(Map<?, ?> map, int depth, boolean inline) {
        Iterator<? extends Map.Entry<?, ?>> members = map.entrySet().iterator();
        boolean first = inline;
        while (members.hasNext()) {
            Map.Entry<?, ?> member = members.next();
            if (first) {
                text.append(' ');
            } else {
                newLine(depth);
            }
            first = false;
            text.append(scalar(String.valueOf(member.getKey()))).append(':');
            value(member.getValue(), depth + 1, false);
        }
    }

    private void list(List<?> list, int depth) {
        for (Object element : list) {
            newLine(depth);
            text.append('-');
            value(element, depth + 1, true);
        }
    }

    private void newLine(int depth) {
        text.append('\n').append("  ".repeat(depth));
    }

    private static String scalar(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> _ -> "{}";
            case List<?> _ -> "[]";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case Instant time -> '"' + Times.rfc3339(time) + '"';
            default -> string(value.toString());
        };
    }

    private static String string(String value) {
        if (PLAIN.matcher(value).matches() && !WORDS.matcher(value).matches()) {
            return value;
        }
        return UNPRINTABLE
                .matcher(Json.write(value, false))
                .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
    }
}
