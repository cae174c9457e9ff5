package io.cattino.cli.output;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What programs can read of a thing: its fields, by the names of {@code --json}, {@code --sort},
 * {@code --format} and columns, in the order in which they are told. A value is text, a number,
 * truth, a moment, a list, a map, or null.
 *
 * @param <T> the thing
 */
public final class Fields<T> {

    /** What stands for nothing where there has to be something. */
    public static final String NOTHING = "-";

    private final String what;
    private final Map<String, Field<T>> all = new LinkedHashMap<>();

    /**
     * No fields yet.
     *
     * @param what the thing in words, with its article: {@code a task}
     */
    public Fields(String what) {
        this.what = what;
    }

    /**
     * Reads one field.
     *
     * @param <T> of what
     */
    @FunctionalInterface
    public interface Field<T> {

        /** Its value; null where there is nothing. */
        @Nullable Object of(T thing);
    }

    /** Adds a field. */
    @CanIgnoreReturnValue
    public Fields<T> add(String name, Field<T> field) {
        all.put(name, field);
        return this;
    }

    /** Every name. */
    public List<String> names() {
        return List.copyOf(all.keySet());
    }

    /** The names written with commas; every one has to be a field. */
    public List<String> split(String names) {
        return check(
                Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    /**
     * The same names, with underscores; every one has to be a field.
     *
     * @param otherwise what to do if it was not meant to be one; {@code %s} is the name
     */
    public List<String> check(List<String> names, String... otherwise) {
        List<String> checked = new ArrayList<>();
        for (String name : names) {
            String field = name.replace('-', '_');
            if (!all.containsKey(field)) {
                List<String> next = new ArrayList<>();
                next.add(
                        Text.nearest(field, all.keySet())
                                .map("did you mean: %s ?"::formatted)
                                .orElseGet(() -> "there are: " + String.join(" ", all.keySet())));
                Arrays.stream(otherwise).map(hint -> hint.formatted(name)).forEach(next::add);
                throw Failure.usage(
                        "%s has no field '%s'".formatted(what, name), next.toArray(String[]::new));
            }
            checked.add(field);
        }
        return checked;
    }

    /** One field; null where there is nothing, also no such field. */
    public @Nullable Object value(T thing, String name) {
        Field<T> known = all.get(name);
        return known == null ? null : known.of(thing);
    }

    /** One thing as an object with these fields. */
    public Map<String, @Nullable Object> object(T thing, List<String> names) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        names.forEach(name -> object.put(name, value(thing, name)));
        return object;
    }

    /** One field as text; a dash where there is nothing. */
    public String text(T thing, String name) {
        return text(value(thing, name));
    }

    /** A value as text: lists and maps with commas, moments as RFC 3339, a dash for nothing. */
    public static String text(@Nullable Object value) {
        return switch (value) {
            case null -> NOTHING;
            case Instant time -> Times.rfc3339(time);
            case List<?> list -> joined(list.stream().map(Fields::text).toList());
            case Map<?, ?> map ->
                    joined(
                            map.entrySet().stream()
                                    .map(e -> e.getKey() + "=" + text(e.getValue()))
                                    .toList());
            default -> value.toString();
        };
    }

    private static String joined(List<String> parts) {
        return parts.isEmpty() ? NOTHING : String.join(",", parts);
    }

    /** What a value holds under a name or an index; null if it holds nothing there. */
    public static @Nullable Object inside(@Nullable Object value, String key) {
        return switch (value) {
            case Map<?, ?> map -> map.get(key);
            case List<?> list when key.matches("\\d{1,9}") -> {
                int index = Integer.parseInt(key);
                yield index < list.size() ? list.get(index) : null;
            }
            case null, default -> null;
        };
    }
}
