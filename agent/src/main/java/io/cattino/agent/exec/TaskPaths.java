package io.cattino.agent.exec;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a task's files are. What comes from outside is checked here: absolute, and no way out of
 * the directory that it names.
 */
public final class TaskPaths {

    private TaskPaths() {}

    /**
     * {@code runDir/fullname}.
     *
     * @throws IllegalArgumentException if the two do not name a directory below {@code runDir}
     */
    public static Path taskDirectory(Path runDir, String fullname) {
        Path root = checked(runDir);
        if (fullname.isEmpty() || fullname.startsWith("/") || fullname.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no fullname: '" + fullname + "'");
        }
        Path taskDirectory = checked(root.resolve(fullname));
        if (!taskDirectory.startsWith(root) || taskDirectory.equals(root)) {
            throw new IllegalArgumentException("no fullname: '" + fullname + "'");
        }
        return taskDirectory;
    }

    /**
     * The path itself.
     *
     * @throws IllegalArgumentException if it is not absolute, or has {@code .} or {@code ..} in it
     */
    public static Path checked(Path path) {
        if (!path.isAbsolute() || !path.normalize().equals(path)) {
            throw new IllegalArgumentException("not an absolute path without '..': " + path);
        }
        return path;
    }

    /** Where the files of an earlier attempt are kept. */
    public static Path earlier(Path taskDirectory, int attempt) {
        return taskDirectory.resolve("attempt-" + attempt);
    }

    /** The files of an attempt. */
    public enum LogName {
        /** What the command writes to its standard output. */
        STDOUT,
        /** What it writes to its standard error. */
        STDERR,
        /** What its hooks write. */
        HOOKS;

        /** Its name in the task's directory. */
        public String file() {
            return name().toLowerCase(Locale.ROOT) + ".log";
        }
    }
}
