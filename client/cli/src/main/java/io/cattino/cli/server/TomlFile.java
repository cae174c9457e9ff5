package io.cattino.cli.server;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small TOML file: {@code key = value} lines, in tables; no value longer than a line. What people
 * wrote in it stays as it is when a value is changed. Immutable.
 */
public final class TomlFile {

    private static final Pattern TABLE =
            Pattern.compile(
                    "\\[\\s*([\\w-]+)\\s*(?:\\.\\s*(\"[^\"]*\"|'[^']*'|[\\w-]+)\\s*)?]\\s*(#.*)?");
    private static final Pattern PAIR =
            Pattern.compile("(?:\"([^\"]*)\"|'([^']*)'|([\\w-]+))\\s*=\\s*(.*)");
    private static final Pattern BARE = Pattern.compile("[\\w-]+");

    private final Path path;
    private final List<String> lines;
    private final Map<Place, Found> entries = new LinkedHashMap<>();
    private final Map<String, Integer> headers = new LinkedHashMap<>();

    private TomlFile(Path path, List<String> lines) {
        this.path = path;
        this.lines = List.copyOf(lines);
        String table = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("[")) {
                table = table(line, i);
                headers.put(table, i);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                pair(table, line, i);
            }
        }
    }

    /** Where a value stands; the table is empty before the first one. */
    private record Place(String table, String key) {}

    private record Found(String value, int line) {}

    /** Reads a file; one that is not there is empty. */
    public static TomlFile read(Path path) {
        return new TomlFile(path, linesOf(path));
    }

    private static List<String> linesOf(Path path) {
        try {
            return Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (MalformedInputException _) {
            throw Failure.usage("%s is not UTF-8".formatted(path));
        } catch (IOException e) {
            throw Failure.usage("cannot read %s (%s)".formatted(path, e.getMessage()));
        }
    }

    private String table(String line, int at) {
        Matcher table = TABLE.matcher(line);
        if (!table.matches()) {
            throw bad(at, "'%s' is no table".formatted(line), "write [contexts.NAME]");
        }
        String name = table.group(2);
        return name == null ? table.group(1) : table.group(1) + "." + TomlValue.unquoted(name);
    }

    private void pair(String table, String line, int at) {
        Matcher pair = PAIR.matcher(line);
        if (!pair.matches()) {
            throw bad(at, "'%s' is no setting".formatted(line), "write key = \"value\"");
        }
        String key = pair.group(1) != null ? pair.group(1) : pair.group(2);
        key = key != null ? key : pair.group(3);
        String value =
                TomlValue.read(pair.group(4))
                        .orElseThrow(() ->
                                bad(
                                        at,
                                        "cannot read the value in '%s'".formatted(line),
                                        "write key = \"value\", a number, true, or [\"a\", \"b\"] on one line"));
        entries.put(new Place(table, key.replace('_', '-')), new Found(value, at));
    }

    private Failure bad(int line, String what, String fix) {
        return Failure.usage("%s, line %d: %s".formatted(path, line + 1, what), fix);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** A value as text, a list with commas; empty if it is not there. */
    public Optional<String> get(String table, String key) {
        return Optional.ofNullable(entries.get(new Place(table, key))).map(Found::value);
    }

    /** The keys of a table and their values, in their order. */
    public Map<String, String> all(String table) {
        Map<String, String> all = new LinkedHashMap<>();
        entries.forEach((place, found) -> {
            if (place.table().equals(table)) {
                all.put(place.key(), found.value());
            }
        });
        return all;
    }

    /** The names behind a prefix, such as {@code contexts}: {@code [contexts.lab]} is lab. */
    public Set<String> tablesIn(String prefix) {
        Set<String> names = new LinkedHashSet<>();
        for (String table : headers.keySet()) {
            if (table.startsWith(prefix + ".")) {
                names.add(table.substring(prefix.length() + 1));
            }
        }
        return names;
    }

    /** The same with a value set, at its place or at the end of its table. */
    public TomlFile with(String table, String key, String value) {
        List<String> changed = new ArrayList<>(lines);
        String line = key + " = " + TomlValue.write(value);
        Found found = entries.get(new Place(table, key));
        if (found != null) {
            changed.set(found.line(), line);
        } else if (table.isEmpty() || headers.containsKey(table)) {
            changed.add(endOf(table), line);
        } else {
            if (!changed.isEmpty() && !changed.getLast().isBlank()) {
                changed.add("");
            }
            changed.add(header(table));
            changed.add(line);
        }
        return new TomlFile(path, changed);
    }

    /** The same without a value. */
    public TomlFile without(String table, String key) {
        List<String> changed = new ArrayList<>(lines);
        Found found = entries.get(new Place(table, key));
        if (found != null) {
            changed.remove(found.line());
        }
        return new TomlFile(path, changed);
    }

    /** The same without a table. */
    public TomlFile withoutTable(String table) {
        List<String> changed = new ArrayList<>(lines);
        Integer header = headers.get(table);
        if (header != null) {
            changed.subList(header, next(header)).clear();
        }
        return new TomlFile(path, changed);
    }

    /** The line behind the last one of a table that says something. */
    private int endOf(String table) {
        int from = table.isEmpty() ? 0 : headers.getOrDefault(table, 0) + 1;
        int end = next(from - 1);
        while (end > from && lines.get(end - 1).isBlank()) {
            end--;
        }
        return end;
    }

    private int next(int header) {
        return headers.values().stream()
                .filter(line -> line > header)
                .mapToInt(Integer::intValue)
                .min()
                .orElse(lines.size());
    }

    private static String header(String table) {
        int dot = table.indexOf('.');
        String name = table.substring(dot + 1);
        String written = BARE.matcher(name).matches() ? name : TomlValue.write(name);
        return dot < 0 ? "[" + table + "]" : "[%s.%s]".formatted(table.substring(0, dot), written);
    }

    /** Puts it in place of what is there, in one step; only its owner may read it. */
    public void write() {
        try {
            Path target = Files.exists(path) ? path.toRealPath() : path;
            Path directory = target.toAbsolutePath().getParent();
            if (directory != null && !Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            // Made with mode 0600.
            Path fresh = Files.createTempFile(directory, ".config", ".tmp");
            Files.write(fresh, lines, StandardCharsets.UTF_8);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Failure.of(
                    Exit.FAILED,
                    "cannot write %s (%s)".formatted(path, e.getMessage()),
                    "another place: export XDG_CONFIG_HOME=DIR");
        }
    }
}
