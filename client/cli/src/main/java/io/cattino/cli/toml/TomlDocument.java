package io.cattino.cli.toml;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
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
 * A TOML file of which single values are read and set; what people wrote around them stays as it is
 * to the byte. Tables are named without brackets and quotes, {@code contexts.lab}; the empty name
 * is for what stands before the first one. Immutable.
 */
public final class TomlDocument {

    private static final Pattern KEY =
            Pattern.compile("\\s*(?:\"([^\"]*)\"|'([^']*)'|([\\w-]+))\\s*=(.*)", Pattern.DOTALL);
    private static final String NAME = "(?:\"[^\"]*\"|'[^']*'|[\\w-]+)";
    private static final Pattern PART = Pattern.compile(NAME);
    private static final Pattern TABLE =
            Pattern.compile("\\[\\s*(%1$s(?:\\s*\\.\\s*%1$s)*)\\s*]\\s*(#.*)?".formatted(NAME));
    private static final Pattern BARE = Pattern.compile("[\\w-]+");
    private static final Set<PosixFilePermission> OWN_FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWN_DIRECTORY =
            PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final boolean own;
    private final List<String> lines;
    private final Map<String, Integer> headers = new LinkedHashMap<>();

    /** Where the next value of a table belongs: behind its last one and the comments there. */
    private final Map<String, Integer> ends = new LinkedHashMap<>();

    private final Map<Place, Statement> statements = new LinkedHashMap<>();

    private TomlDocument(Path path, boolean own, String text) {
        this.path = path;
        this.own = own;
        // Line ends belong to the lines, so that they stay what they are.
        this.lines = List.of(text.split("(?<=\n)", -1));
        scan();
    }

    private record Place(String table, String key) {

        /** Underscores in a key mean hyphens. */
        static Place of(String table, String key) {
            return new Place(table, key.replace('_', '-'));
        }
    }

    /** The lines of one {@code key = value}. */
    private record Statement(int first, int last, String value) {}

    /**
     * Reads a file that other programs use too, such as {@code pyproject.toml}: what is not asked
     * for is not understood. One that is not there is empty.
     */
    public static TomlDocument read(Path path) {
        return new TomlDocument(path, false, textOf(path));
    }

    /** Reads a file of ours, where whatever cannot be read, or is there twice, is a mistake. */
    public static TomlDocument readOwn(Path path) {
        return new TomlDocument(path, true, textOf(path));
    }

    private static String textOf(Path path) {
        try {
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            return "";
        } catch (MalformedInputException _) {
            throw Failure.usage("%s is not UTF-8".formatted(path));
        } catch (IOException e) {
            throw Failure.usage(
                    "cannot read %s (%s)".formatted(path, e.getMessage()),
                    "see what is there: ls -ld %s".formatted(path.getParent()));
        }
    }

    private void scan() {
        String table = "";
        ends.put(table, 0);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("[")) {
                table = table(line, i);
                ends.put(table, i + 1);
            } else if (line.isEmpty()) {
                // Comments right above a table are that table's, others belong to the one before.
                ends.put(table, i > 0 && isComment(i - 1) ? i : ends.getOrDefault(table, i));
            } else if (!isComment(i)) {
                int first = i;
                i = lastLine(first);
                statement(table, first, i);
                ends.put(table, i + 1);
            }
        }
    }

    private boolean isComment(int line) {
        return lines.get(line).strip().startsWith("#");
    }

    private int lastLine(int first) {
        int last = first;
        var scanner = new TomlScanner();
        scanner.read(lines.get(first));
        while (scanner.isOpen() && last + 1 < lines.size()) {
            scanner.read(lines.get(++last));
        }
        return last;
    }

    private String table(String line, int at) {
        Matcher table = TABLE.matcher(line);
        List<String> parts =
                table.matches()
                        ? PART.matcher(table.group(1))
                                .results()
                                .map(part -> TomlValue.unquoted(part.group()))
                                .toList()
                        : List.of();
        // Ours are at most two deep; what is no table keeps its bracket, which no name has.
        check(
                !own || parts.size() == 1 || parts.size() == 2,
                at,
                "'%s' is no table".formatted(line),
                "write [contexts.NAME]");
        String name = parts.isEmpty() ? line : String.join(".", parts);
        Integer before = headers.putIfAbsent(name, at);
        check(!own || before == null, at, "'%s' is there twice".formatted(line), "make them one");
        return name;
    }

    private void statement(String table, int first, int last) {
        Matcher pair = KEY.matcher(String.join("", lines.subList(first, last + 1)));
        boolean matches = pair.matches();
        check(
                !own || matches,
                first,
                "'%s' is no setting".formatted(lines.get(first).strip()),
                "write key = \"value\"");
        if (!matches) {
            return;
        }
        String key = pair.group(1) != null ? pair.group(1) : pair.group(2);
        key = key != null ? key : pair.group(3);
        var statement = new Statement(first, last, pair.group(4).strip());
        Statement before = statements.putIfAbsent(Place.of(table, key), statement);
        if (own) {
            var _ = value(key, statement);
            check(before == null, first, key + " is there twice", "delete one of them");
        }
    }

    private void check(boolean right, int line, String what, String fix) {
        if (!right) {
            throw Failure.usage("%s, line %d: %s".formatted(path, line + 1, what), fix);
        }
    }

    private String value(String key, Statement statement) {
        Optional<String> value = TomlValue.read(statement.value());
        check(
                value.isPresent(),
                statement.first(),
                "cannot read the value of " + key,
                "write %s = \"value\", a number, true, or [\"a\", \"b\"]".formatted(key));
        return value.orElseThrow();
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /**
     * A value as text, a list with commas; empty if it is not there.
     *
     * @param table such as {@code tool.cattino}; empty: before the first one
     * @param key with hyphens; in the file it may have underscores
     */
    public Optional<String> get(String table, String key) {
        return Optional.ofNullable(statements.get(Place.of(table, key)))
                .map(found -> value(key, found));
    }

    /** The keys of a table and their values, in their order. */
    public Map<String, String> all(String table) {
        Map<String, String> all = new LinkedHashMap<>();
        statements.forEach((place, found) -> {
            if (place.table().equals(table)) {
                all.put(place.key(), value(place.key(), found));
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

    /** The same with a value set: at its place, or at the end of its table. */
    public TomlDocument with(String table, String key, String value) {
        String end = lines.stream().anyMatch(line -> line.endsWith("\r\n")) ? "\r\n" : "\n";
        List<String> changed = new ArrayList<>(lines);
        String written = key + " = " + TomlValue.write(value);
        Statement found = statements.get(Place.of(table, key));
        Integer at = ends.get(table);
        if (found != null) {
            String last = lines.get(found.last());
            changed.subList(found.first(), found.last() + 1).clear();
            String comment = found.first() == found.last() ? new TomlScanner().comment(last) : "";
            changed.add(
                    found.first(),
                    written
                            + (comment.isEmpty() ? "" : "  " + comment)
                            + (last.endsWith("\n") ? end : ""));
        } else if (at != null) {
            closeLine(changed, at, end);
            changed.add(at, written + end);
        } else {
            closeLine(changed, changed.size(), end);
            changed.add((isBlank(changed) ? "" : end) + header(table) + end + written + end);
        }
        return changed(changed);
    }

    private TomlDocument changed(List<String> changed) {
        return new TomlDocument(path, own, String.join("", changed));
    }

    /** Whether nothing is there, or the last line is an empty one. */
    private static boolean isBlank(List<String> lines) {
        String text = String.join("", lines);
        return text.isBlank() || text.endsWith("\n\n") || text.endsWith("\n\r\n");
    }

    /** The line before one that is put in has to end. */
    private static void closeLine(List<String> lines, int at, String end) {
        if (at > 0 && !lines.get(at - 1).isEmpty() && !lines.get(at - 1).endsWith("\n")) {
            lines.set(at - 1, lines.get(at - 1) + end);
        }
    }

    private static String header(String table) {
        int dot = table.indexOf('.');
        String name = table.substring(dot + 1);
        String written = BARE.matcher(name).matches() ? name : '"' + name + '"';
        return dot < 0 ? "[" + table + "]" : "[%s.%s]".formatted(table.substring(0, dot), written);
    }

    /** The same without a value. */
    public TomlDocument without(String table, String key) {
        Statement found = statements.get(Place.of(table, key));
        if (found == null) {
            return this;
        }
        List<String> changed = new ArrayList<>(lines);
        changed.subList(found.first(), found.last() + 1).clear();
        return changed(changed);
    }

    /** The same without a table; comments right above the next one stay. */
    public TomlDocument withoutTable(String table) {
        Integer header = headers.get(table);
        if (header == null) {
            return this;
        }
        int next =
                headers.values().stream()
                        .filter(line -> line > header)
                        .findFirst()
                        .orElse(lines.size());
        while (next > header + 1 && next < lines.size() && isComment(next - 1)) {
            next--;
        }
        List<String> changed = new ArrayList<>(lines);
        changed.subList(header, next).clear();
        return changed(changed);
    }

    /**
     * Puts it in place of what is there, in one step: links and modes stay, and what is new only
     * its owner may read.
     */
    public void write() {
        try {
            Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
            Path directory = target.resolveSibling("");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWN_DIRECTORY));
            Path fresh = Files.createTempFile(directory, ".toml", ".tmp");
            try {
                Files.writeString(fresh, String.join("", lines), StandardCharsets.UTF_8);
                Files.setPosixFilePermissions(
                        fresh,
                        Files.exists(target) ? Files.getPosixFilePermissions(target) : OWN_FILE);
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw Failure.of(
                    Exit.FAILED,
                    "cannot write %s (%s)".formatted(path, e.getMessage()),
                    "other places: export XDG_CONFIG_HOME=DIR, export CATTINO_HOME=DIR");
        }
    }
}
