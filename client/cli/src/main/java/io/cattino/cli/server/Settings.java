package io.cattino.cli.server;

import java.nio.file.Path;

/**
 * The client's settings in a home: the lines of {@code settings.toml} before its first table.
 *
 * @param file its file, as it was read
 */
public record Settings(TomlFile file) {

    /** The settings of a home; none if there is no file. */
    public static Settings of(Path file) {
        return new Settings(TomlFile.readTop(file));
    }

    /** A value; empty if it is not set. */
    public String get(String key) {
        return file.get("", key).orElse("");
    }
}
