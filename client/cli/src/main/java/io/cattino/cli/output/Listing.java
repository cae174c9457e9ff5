package io.cattino.cli.output;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a reading command found, as data: every format is made of it.
 *
 * @param <T> one thing of it
 */
public sealed interface Listing<T> {

    /** What can be read of one thing. */
    Fields<T> fields();

    /** The things. */
    List<T> rows();

    /** The fields that programs get when they choose none. */
    List<String> usual();

    /** Lines for people, of these rows. */
    List<String> people(List<T> rows, Look look);

    /** Lines of values for programs, of these rows; the first field of each is its name. */
    List<List<String>> plain(List<T> rows);

    /** The document that JSON and YAML have, of these objects. */
    @Nullable Object document(List<Map<String, @Nullable Object>> objects);

    /**
     * Makes lines for people.
     *
     * @param <T> of what
     */
    @FunctionalInterface
    interface People<T> {

        /** The lines for these rows. */
        List<String> lines(List<T> rows, Look look);
    }

    /**
     * Any number of things of a kind: an array.
     *
     * @param fields what can be read of each
     * @param rows the things
     * @param columns the fields that a pipe gets, the name first
     * @param usual the fields that programs get
     * @param view the lines for people
     */
    record Many<T>(
            Fields<T> fields,
            List<T> rows,
            List<String> columns,
            List<String> usual,
            People<T> view)
            implements Listing<T> {

        public Many {
            rows = List.copyOf(rows);
            columns = List.copyOf(columns);
            usual = List.copyOf(usual);
        }

        @Override
        public List<String> people(List<T> shown, Look look) {
            return view.lines(shown, look);
        }

        @Override
        public List<List<String>> plain(List<T> shown) {
            return shown.stream()
                    .map(row -> columns.stream().map(name -> fields.text(row, name)).toList())
                    .toList();
        }

        @Override
        public Object document(List<Map<String, @Nullable Object>> objects) {
            return objects;
        }
    }

    /**
     * One thing: an object; a pipe gets a line for each field.
     *
     * @param fields what can be read of it
     * @param row the thing
     * @param view the lines for people
     */
    record One<T>(Fields<T> fields, T row, People<T> view) implements Listing<T> {

        @Override
        public List<T> rows() {
            return List.of(row);
        }

        @Override
        public List<String> usual() {
            return fields.names();
        }

        @Override
        public List<String> people(List<T> shown, Look look) {
            return view.lines(shown, look);
        }

        @Override
        public List<List<String>> plain(List<T> shown) {
            return fields.names().stream()
                    .map(name -> List.of(name, fields.text(row, name)))
                    .toList();
        }

        @Override
        public @Nullable Object document(List<Map<String, @Nullable Object>> objects) {
            return objects.getFirst();
        }
    }

    /**
     * One thing that is told at length, in words: a pipe gets lines of label and value.
     *
     * @param fields what can be read of it
     * @param row the thing
     * @param usual the fields that programs get
     * @param lines label and value
     * @param listed whether programs get an array of it
     * @param view the lines for people
     */
    record Told<T>(
            Fields<T> fields,
            T row,
            List<String> usual,
            List<List<String>> lines,
            boolean listed,
            People<T> view)
            implements Listing<T> {

        public Told {
            usual = List.copyOf(usual);
            lines = List.copyOf(lines);
        }

        @Override
        public List<T> rows() {
            return List.of(row);
        }

        @Override
        public List<String> people(List<T> shown, Look look) {
            return view.lines(shown, look);
        }

        @Override
        public List<List<String>> plain(List<T> shown) {
            return lines;
        }

        @Override
        public @Nullable Object document(List<Map<String, @Nullable Object>> objects) {
            return listed ? objects : objects.getFirst();
        }
    }
}
