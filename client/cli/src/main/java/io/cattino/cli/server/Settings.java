package io.cattino.cli.server;

import io.cattino.cli.toml.TomlDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The client's settings: of the project, which is {@code [tool.cattino]} in the working directory's
 * {@code pyproject.toml}, else of the home, which is the top of {@code settings.toml}.
 *
 * @param home the home's file
 * @param project the project's file; empty if there is none
 */
public record Settings(TomlDocument home, Optional<TomlDocument> project) {

    private static final String PROJECT = "pyproject.toml";
    private static final String TABLE = "tool.cattino";

    /** Those that count in a directory; none where there is no file. */
    public static Settings of(Home home, Path directory) {
        Path project = directory.resolve(PROJECT);
        return new Settings(
                TomlDocument.readOwn(home.settings()),
                Files.isRegularFile(project)
                        ? Optional.of(TomlDocument.read(project))
                        : Optional.empty());
    }

    /** A value; empty if it is not set. */
    public String get(String key) {
        return ofProject(key).or(() -> home.get("", key)).orElse("");
    }

    /** The file that a value is from; empty if it is not set. */
    public Optional<Path> origin(String key) {
        return ofProject(key).isPresent()
                ? project.map(TomlDocument::path)
                : home.get("", key).map(_ -> home.path());
    }

    /** Whether a value is the project's. */
    boolean isOfProject(String key) {
        return ofProject(key).isPresent();
    }

    private Optional<String> ofProject(String key) {
        return project.flatMap(file -> file.get(TABLE, key));
    }

    /**
     * Stores a value: in the project if there is one, else in the home.
     *
     * @return the file
     */
    public Path store(String key, String value) {
        TomlDocument changed =
                project.map(file -> file.with(TABLE, key, value))
                        .orElseGet(() -> home.with("", key, value));
        changed.write();
        return changed.path();
    }
}
