package io.cattino.agent.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The logs in a task's directory: those of its newest attempt, and those of earlier ones in {@code
 * attempt-N/}.
 */
public final class LogFiles {

    /** Whose the logs in a task's directory are. */
    private static final String OWNER = ".attempt";

    private LogFiles() {}

    /** Makes the task's directory and clears it for this attempt. */
    static void prepare(Path taskDirectory, int attempt) throws IOException {
        Files.createDirectories(taskDirectory);
        int owner = owner(taskDirectory).orElse(attempt - 1);
        if (owner > 0 && owner != attempt) {
            moveAway(taskDirectory, owner);
        }
        Files.writeString(taskDirectory.resolve(OWNER), Integer.toString(attempt), US_ASCII);
    }

    private static void moveAway(Path taskDirectory, int owner) throws IOException {
        Path earlier = TaskPaths.earlier(taskDirectory, owner);
        for (TaskPaths.LogName name : TaskPaths.LogName.values()) {
            Path log = taskDirectory.resolve(name.file());
            moveAway(LogTimes.index(log), earlier); // first: a log without it can be read
            moveAway(log, earlier);
        }
    }

    private static void moveAway(Path file, Path earlier) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(earlier);
            Files.move(
                    file,
                    earlier.resolve(file.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Where an attempt's log is, or will be; empty if it made none before the next one came. */
    public static Optional<Path> locate(Path taskDirectory, TaskPaths.LogName name, int attempt) {
        Path moved = TaskPaths.earlier(taskDirectory, attempt).resolve(name.file());
        if (Files.exists(moved, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(moved);
        }
        boolean ours = owner(taskDirectory).map(owner -> owner == attempt).orElse(true);
        return ours ? Optional.of(taskDirectory.resolve(name.file())) : Optional.empty();
    }

    private static Optional<Integer> owner(Path taskDirectory) {
        try {
            return Optional.of(
                    Integer.parseInt(Files.readString(taskDirectory.resolve(OWNER)).strip()));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }
}
