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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any TOML file, such as other programs' {@code pyproject.toml}, of which single values are read
 * and set. What is not asked for is not understood, and stays as it is to the byte. Immutable.
 */
public final class TomlDocument {

    private static final Pattern KEY =
            Pattern.compile("\\s*(?:\"([^\"]*)\"|'([^']*)'|([\\w-]+))\\s*=(.*)", Pattern.DOTALL);
    private static final Set<PosixFilePermission> OWN =
            PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final List<String> lines;
    private final Map<String, Integer> ends = new LinkedHashMap<>();
    private final Map<String, Statement> statements = new LinkedHashMap<>();

    private TomlDocument(Path path, List<String> lines) {
        this.path = path;
        this.lines = List.copyOf(lines);
        scan();
    }

    /** The lines of one {@code key = value}. */
    private record Statement(int first, int last, String value) {}

    /** Reads a file; one that is not there is empty. */
    public static TomlDocument read(Path path) {
        try {
            // Line ends belong to the lines, so that they stay what they are.
            String text = Files.readString(path, StandardCharsets.UTF_8);
            return new TomlDocument(path, List.of(text.split("(?<=\n)", -1)));
        } catch (NoSuchFileException _) {
            return new TomlDocument(path, List.of());
        } catch (MalformedInputException _) {
            throw Failure.usage("%s is not UTF-8".formatted(path));
        } catch (IOException e) {
            throw Failure.usage("cannot read %s (%s)".formatted(path, e.getMessage()));
        }
    }

    private void scan() {
        String table = "";
        ends.put(table, 0);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("[")) {
                table = line.replaceFirst("(?<=])\\s*(#.*)?$", "").replaceAll("[\\s\"']", "");
                ends.put(table, i + 1);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                int first = i;
                var value = new TomlScanner();
                value.read(lines.get(i));
                while (value.isOpen() && i + 1 < lines.size()) {
                    value.read(lines.get(++i));
                }
                statement(table, first, i);
                ends.put(table, i + 1);
            }
        }
    }

    private void statement(String table, int first, int last) {
        Matcher pair = KEY.matcher(String.join("", lines.subList(first, last + 1)));
        if (pair.matches()) {
            String key = pair.group(1) != null ? pair.group(1) : pair.group(2);
            key = key != null ? key : pair.group(3);
            statements.putIfAbsent(
                    place(table, key), new Statement(first, last, pair.group(4).strip()));
        }
    }

    private static String place(String table, String key) {
        return table + "\n" + key.replace('_', '-');
    }

    private static String header(String table) {
        return table.isEmpty() ? "" : "[" + table + "]";
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /**
     * A value as text, a list with commas; empty if it is not there.
     *
     * @param table {@code tool.cattino}; empty: before the first one
     * @param key with hyphens; in the file it may have underscores
     */
    public Optional<String> get(String table, String key) {
        Statement found = statements.get(place(header(table), key));
        if (found == null) {
            return Optional.empty();
        }
        return Optional.of(
                TomlValue.read(found.value())
                        .orElseThrow(() ->
                                Failure.usage(
                                        "%s, line %d: cannot read the value of %s"
                                                .formatted(path, found.first() + 1, key),
                                        "write %s = \"value\"".formatted(key))));
    }

    /** The same with a value set: at its place, or at the end of its table. */
    public TomlDocument with(String table, String key, String value) {
        String end = lines.stream().anyMatch(line -> line.endsWith("\r\n")) ? "\r\n" : "\n";
        List<String> changed = new ArrayList<>(lines);
        String written = key + " = " + TomlValue.write(value);
        Statement found = statements.get(place(header(table), key));
        Integer at = ends.get(header(table));
        if (found != null) {
            String last = lines.get(found.last());
            var scanner = new TomlScanner();
            changed.subList(found.first(), found.last() + 1).clear();
            String comment = found.first() == found.last() ? scanner.comment(last) : "";
            changed.add(
                    found.first(),
                    written + (comment.isEmpty() ? "" : "  " + comment) + lineEnd(last, end));
        } else if (at != null) {
            closeLine(changed, at, end);
            changed.add(at, written + end);
        } else {
            closeLine(changed, changed.size(), end);
            boolean gap = !changed.isEmpty() && !String.join("", changed).isBlank();
            changed.add((gap ? end : "") + header(table) + end + written + end);
        }
        return new TomlDocument(path, List.of(String.join("", changed).split("(?<=\n)", -1)));
    }

    private static String lineEnd(String line, String end) {
        return line.endsWith("\n") ? end : "";
    }

    /** The line before one that is put in has to end. */
    private static void closeLine(List<String> lines, int at, String end) {
        if (at > 0 && !lines.get(at - 1).isEmpty() && !lines.get(at - 1).endsWith("\n")) {
            lines.set(at - 1, lines.get(at - 1) + end);
        }
    }

    /** Puts it in place of what is there, in one step; a new file only its owner may read. */
    public void write() {
        try {
            Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
            Path directory = Files.createDirectories(target.resolveSibling("")).toAbsolutePath();
            Path fresh = Files.createTempFile(directory, ".settings", ".tmp");
            try {
                Files.writeString(fresh, String.join("", lines), StandardCharsets.UTF_8);
                Files.setPosixFilePermissions(
                        fresh, Files.exists(target) ? Files.getPosixFilePermissions(target) : OWN);
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw Failure.of(Exit.FAILED, "cannot write %s (%s)".formatted(path, e.getMessage()));
        }
    }
}
