package io.cattino.cli.server;

import io.cattino.cli.output.Failure;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The client's settings: the {@code key = value} lines of {@code settings.toml}. Tables in it are
 * other programs' business.
 */
public final class Settings {

    private final Map<String, String> values = new LinkedHashMap<>();

    private Settings() {}

    /** The settings of a home; none if there is no file. */
    public static Settings of(Path file) {
        Settings settings = new Settings();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                if (line.stripLeading().startsWith("[")) {
                    break;
                }
                settings.read(line);
            }
        } catch (NoSuchFileException _) {
            return settings;
        } catch (MalformedInputException _) {
            throw Failure.usage("%s is not UTF-8".formatted(file));
        } catch (IOException e) {
            throw Failure.usage("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
        return settings;
    }

    private void read(String line) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.stripLeading().startsWith("#")) {
            values.put(
                    line.substring(0, equals).strip().replace('_', '-'),
                    plain(line.substring(equals + 1).strip()));
        }
    }

    /** A list is written with commas; quotes go. */
    private static String plain(String value) {
        if (value.startsWith("[") && value.endsWith("]")) {
            return Stream.of(value.substring(1, value.length() - 1).split(",", -1))
                    .map(element -> plain(element.strip()))
                    .filter(element -> !element.isEmpty())
                    .collect(Collectors.joining(","));
        }
        char quote = value.isEmpty() ? ' ' : value.charAt(0);
        int end = quote == '"' || quote == '\'' ? value.indexOf(quote, 1) : -1;
        if (end > 0) {
            return value.substring(1, end);
        }
        int comment = value.indexOf('#');
        return comment < 0 ? value : value.substring(0, comment).strip();
    }

    /** A value; empty if it is not set. */
    public String get(String key) {
        return values.getOrDefault(key, "");
    }
}
