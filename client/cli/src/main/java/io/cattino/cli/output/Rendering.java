package io.cattino.cli.output;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of a listing.
 *
 * @param format the form; empty: columns on a terminal, else tabs
 * @param template a line for each thing; instead of a format
 * @param fields the fields that were chosen; empty: the usual ones
 * @param sort the field to sort by, with a {@code -} before it for the largest first
 * @param header whether titles and sums are wanted
 */
public record Rendering(
        Optional<Format> format,
        Optional<String> template,
        List<String> fields,
        Optional<String> sort,
        boolean header) {

    private static final Comparator<@Nullable Object> VALUES =
            Comparator.nullsFirst(Rendering::compare);

    public Rendering {
        fields = List.copyOf(fields);
    }

    /** The lines for where an output goes. */
    public <T> List<String> lines(Listing<T> listing, Output output) {
        List<T> rows = sorted(listing);
        if (template.isPresent()) {
            Template template = new Template(this.template.get(), listing.fields());
            return rows.stream().map(row -> template.line(listing.fields(), row)).toList();
        }
        if (format.isEmpty() && !output.toPeople()) {
            return listing.plain(rows).stream().map(Output::tabbed).toList();
        }
        return switch (format.orElse(Format.TABLE)) {
            case TABLE -> listing.people(rows, look(output, false));
            case WIDE -> listing.people(rows, look(output, true));
            case NAME -> rows.stream().map(row -> name(listing, row)).toList();
            case JSON -> {
                Object document = listing.document(objects(listing, rows));
                yield Json.write(document, output.toPeople()).lines().toList();
            }
            case JSONL ->
                    objects(listing, rows).stream().map(row -> Json.write(row, false)).toList();
            case YAML -> Yaml.write(listing.document(objects(listing, rows))).lines().toList();
        };
    }

    private Look look(Output output, boolean wide) {
        boolean limited = !wide && output.toPeople();
        return new Look(
                limited ? output.width() : Look.UNLIMITED,
                output.colours(),
                header,
                wide,
                sort.isPresent());
    }

    private static <T> String name(Listing<T> listing, T row) {
        return Text.oneLine(listing.fields().text(row, listing.fields().names().getFirst()));
    }

    private <T> List<Map<String, @Nullable Object>> objects(Listing<T> listing, List<T> rows) {
        List<String> names = fields.isEmpty() ? listing.usual() : listing.fields().check(fields);
        return rows.stream().map(row -> listing.fields().object(row, names)).toList();
    }

    private <T> List<T> sorted(Listing<T> listing) {
        if (sort.isEmpty()) {
            return listing.rows();
        }
        boolean descending = sort.get().startsWith("-");
        String asked = descending ? sort.get().substring(1) : sort.get();
        String field = listing.fields().check(List.of(asked)).getFirst();
        Comparator<T> order =
                Comparator.comparing(row -> listing.fields().value(row, field), VALUES);
        return listing.rows().stream().sorted(descending ? order.reversed() : order).toList();
    }

    private static int compare(Object a, Object b) {
        return switch (a) {
            case Number x when b instanceof Number y ->
                    Double.compare(x.doubleValue(), y.doubleValue());
            case Instant x when b instanceof Instant y -> x.compareTo(y);
            default -> Fields.text(a).compareTo(Fields.text(b));
        };
    }
}
