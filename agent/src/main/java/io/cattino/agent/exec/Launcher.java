package io.cattino.agent.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts a program in a session of its own. Thread-safe. */
public interface Launcher {

    /**
     * A program to start; no field holds a NUL.
     *
     * @param argv the program's absolute path, and its arguments
     * @param environment all of it
     * @param workingDirectory exists
     * @param stdout appended to, made if missing
     * @param stderr appended to, made if missing
     */
    record Program(
            List<String> argv,
            Map<String, String> environment,
            Path workingDirectory,
            Path stdout,
            Path stderr) {

        public Program {
            argv = List.copyOf(argv);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Starts it: leader of a new session, input from {@code /dev/null}, no other open files.
     *
     * @return its process id
     * @throws LaunchException if it was not started
     */
    long launch(Program program) throws LaunchException;

    /** Lets the system forget a dead child; does nothing for what is alive or no child. */
    void reap(long pid);

    /** It was not started. */
    final class LaunchException extends IOException {

        /** Why, as far as it matters what to do about it. */
        public enum Cause {
            /** The machine lacks something: processes, memory, files, disk. */
            RESOURCES,
            /** Arguments and environment are larger than the system takes. */
            TOO_LARGE,
            /** Anything else. */
            OTHER
        }

        private static final int E2BIG = 7;

        /** EAGAIN, ENOMEM, ENFILE, EMFILE, ENOSPC. */
        private static final List<Integer> OUT_OF_RESOURCES = List.of(11, 12, 23, 24, 28);

        private final Cause kind;

        LaunchException(Cause kind, String message) {
            super(message);
            this.kind = kind;
        }

        static Cause causeOf(int errno) {
            if (errno == E2BIG) {
                return Cause.TOO_LARGE;
            }
            return OUT_OF_RESOURCES.contains(errno) ? Cause.RESOURCES : Cause.OTHER;
        }

        /** Why. */
        public Cause kind() {
            return kind;
        }
    }
}
