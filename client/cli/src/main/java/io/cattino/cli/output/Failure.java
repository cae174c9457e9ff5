package io.cattino.cli.output;

import java.util.List;

/** Ends a command: its message says what and why, {@link #next()} what to do now. */
public final class Failure extends RuntimeException {

    private final transient List<String> next;
    private final Exit exit;

    private Failure(Exit exit, String message, List<String> next) {
        super(message);
        this.exit = exit;
        this.next = List.copyOf(next);
    }

    /** A failure, and lines that say what to do now. */
    public static Failure of(Exit exit, String message, String... next) {
        return new Failure(exit, message, List.of(next));
    }

    /** The command line makes no sense. */
    public static Failure usage(String message, String... next) {
        return of(Exit.USAGE, message, next);
    }

    /** What is not built yet; says so by name. */
    public static Failure later(String what, String... next) {
        return usage(what + " is not supported yet", next);
    }

    /** What the command ends with. */
    public Exit exit() {
        return exit;
    }

    /** Lines that say what to do now; may be empty. */
    public List<String> next() {
        return next;
    }
}
