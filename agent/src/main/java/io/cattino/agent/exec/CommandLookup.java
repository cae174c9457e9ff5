package io.cattino.agent.exec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds a task's program before anything is started, the way {@code execvp} would. */
final class CommandLookup {

    /** What a system without PATH searches. */
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    private static final int SUGGESTIONS = 3;

    private CommandLookup() {}

    /** What was found. */
    sealed interface Result {

        /** It can be run. */
        record Found(Path program) implements Result {}

        /** It is there, but cannot be run. */
        record NotExecutable(Path program) implements Result {}

        /** It is not there. */
        record Missing(List<String> alternatives) implements Result {}
    }

    static Result find(String name, Map<String, String> environment, Path workingDirectory) {
        try {
            List<Path> candidates = new ArrayList<>();
            if (name.contains("/")) {
                candidates.add(workingDirectory.resolve(name));
            } else if (!name.isEmpty()) {
                for (Path directory : directories(environment, workingDirectory)) {
                    candidates.add(directory.resolve(name));
                }
            }
            return choose(candidates, name, environment, workingDirectory);
        } catch (InvalidPathException _) {
            return new Result.Missing(List.of());
        }
    }

    private static Result choose(
            List<Path> candidates,
            String name,
            Map<String, String> environment,
            Path workingDirectory) {
        Path refused = null;
        for (Path candidate : candidates) {
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return new Result.Found(candidate);
            }
            if (refused == null && Files.exists(candidate)) {
                refused = candidate;
            }
        }
        return refused != null
                ? new Result.NotExecutable(refused)
                : new Result.Missing(alternatives(name, environment, workingDirectory));
    }

    private static List<Path> directories(Map<String, String> environment, Path workingDirectory) {
        List<Path> directories = new ArrayList<>();
        for (String part : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
            // An empty part is the working directory.
            try {
                directories.add(workingDirectory.resolve(part));
            } catch (InvalidPathException _) {
                // This JVM's locale cannot name it: the others still count.
            }
        }
        return directories;
    }

    /** Programs on the PATH that are the name and a version: {@code python3} for {@code python}. */
    private static List<String> alternatives(
            String name, Map<String, String> environment, Path workingDirectory) {
        TreeSet<String> found = new TreeSet<>();
        if (name.isEmpty() || name.contains("/")) {
            return List.of();
        }
        for (Path directory : directories(environment, workingDirectory)) {
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(
                            directory, entry -> isVersionOf(name, entry.getFileName()))) {
                entries.forEach(entry -> found.add(entry.getFileName().toString()));
            } catch (IOException | DirectoryIteratorException | UncheckedIOException _) {
                // not a directory, or not ours to read
            }
        }
        return found.stream().limit(SUGGESTIONS).toList();
    }

    private static boolean isVersionOf(String name, Path entry) {
        String file = entry.toString();
        return file.startsWith(name)
                && file.substring(name.length()).chars().allMatch(c -> isVersion((char) c));
    }

    private static boolean isVersion(char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-';
    }
}
