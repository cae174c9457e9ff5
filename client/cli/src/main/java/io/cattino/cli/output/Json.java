package io.cattino.cli.output;

import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values as JSON: maps, iterables, text, numbers, truth, moments, null. */
public final class Json {

    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder text = new StringBuilder();
    private final boolean pretty;
    private int depth;

    private Json(boolean pretty) {
        this.pretty = pretty;
    }

    /**
     * The value as a document of its own, without a line end.
     *
     * @param pretty one member a line, for people
     */
    public static String write(@Nullable Object value, boolean pretty) {
        Json json = new Json(pretty);
        json.value(value);
        return json.text.toString();
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> object(map);
            case Iterable<?> list -> array(list);
            case Instant time -> string(Times.rfc3339(time));
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        Iterator<? extends Map.Entry<?, ?>> members = map.entrySet().iterator();
        text.append('{');
        depth++;
        while (members.hasNext()) {
            Map.Entry<?, ?> member = members.next();
            newLine();
            string(String.valueOf(member.getKey()));
            text.append(pretty ? ": " : ":");
            value(member.getValue());
            comma(members);
        }
        depth--;
        if (!map.isEmpty()) {
            newLine();
        }
        text.append('}');
    }

    private void array(Iterable<?> list) {
        Iterator<?> elements = list.iterator();
        boolean empty = !elements.hasNext();
        text.append('[');
        depth++;
        while (elements.hasNext()) {
            newLine();
            value(elements.next());
            comma(elements);
        }
        depth--;
        if (!empty) {
            newLine();
        }
        text.append(']');
    }

    private void comma(Iterator<?> rest) {
        if (rest.hasNext()) {
            text.append(',');
        }
    }

    private void newLine() {
        if (pretty) {
            text.append('\n').append("  ".repeat(depth));
        }
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < FIRST_PRINTABLE || (Character.isSurrogate(c) && !paired(value, i))) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean paired(String value, int at) {
        char c = value.charAt(at);
        return Character.isHighSurrogate(c)
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
}
