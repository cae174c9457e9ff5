package io.cattino.it.openb;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table in a file, its columns found by the names in its first line; no quoting. */
record Csv(Path file, Map<String, Integer> columns, List<Row> rows) {
    /** What is wrong with which line: for the person who gave the file. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message);
        }
    }

    /** One line. */
    record Row(Path file, int line, Map<String, Integer> columns, List<String> cells) {
        /** Empty if the table has no such column. */
        String text(String column) {
            Integer at = columns.get(column);
            return at == null ? "" : cells.get(at).strip();
        }

        /** A whole number from 0 to {@code most}. */
        int number(String column, int most) throws Malformed {
            String text = text(column);
            try {
                int value = Integer.parseInt(text);
                if (value >= 0 && value <= most) {
                    return value;
                }
            } catch (NumberFormatException _) {
                // Told below, as what is out of range is.
            }
            throw wrong("%s is '%s', not a number from 0 to %d".formatted(column, text, most));
        }

        Malformed wrong(String what) {
            return new Malformed(file + ":" + line + ": " + what);
        }
    }

    /** Reads a table that must have these columns; blank lines are passed over. */
    static Csv read(Path file, List<String> needed) throws Malformed {
        List<String> lines = lines(file);
        if (lines.isEmpty()) {
            throw new Malformed(file + ": is empty");
        }
        String[] names = lines.getFirst().strip().split(",", -1);
        Map<String, Integer> columns = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            columns.put(names[i].strip(), i);
        }
        for (String name : needed) {
            if (!columns.containsKey(name)) {
                throw new Malformed(file + ":1: has no column " + name);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                Row row = new Row(file, i + 1, columns, List.of(lines.get(i).split(",", -1)));
                if (row.cells().size() != names.length) {
                    throw row.wrong(
                            "has %d columns, not %d".formatted(row.cells().size(), names.length));
                }
                rows.add(row);
            }
        }
        return new Csv(file, columns, List.copyOf(rows));
    }

    private static List<String> lines(Path file) throws Malformed {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            throw new Malformed(file + ": there is no such file");
        } catch (MalformedInputException _) {
            throw new Malformed(file + ": is not text in UTF-8");
        } catch (IOException broken) {
            throw new Malformed(file + ": cannot be read: " + broken);
        }
    }
}
