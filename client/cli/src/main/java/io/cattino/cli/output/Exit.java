package io.cattino.cli.output;

/** Exit codes of {@code meow} itself, all of them. */
public enum Exit implements Ending {
    /** Done. */
    OK(0, "ok"),

    /** A task failed, or the server had an error. */
    FAILED(1, "failed"),

    /** The command line makes no sense. */
    USAGE(2, "usage"),

    /** No such task, group or node. */
    UNKNOWN(3, "not_found"),

    /** In the wrong state, the name is taken, or it never fits. */
    STATE(4, "wrong_state"),

    /** No coordinator can be reached, or none leads. */
    UNREACHABLE(5, "unreachable"),

    /** The token is missing or wrong. */
    DENIED(6, "denied"),

    /** Done for some of the names only. */
    PARTLY(7, "partly"),

    /** {@code --timeout} ran out, as timeout(1) says it. */
    TIMEOUT(124, "timeout"),

    /** A failure of {@code meow} itself while it stands for one task, as docker says it. */
    OWN(125, "failed");

    private final int code;
    private final String word;

    Exit(int code, String word) {
        this.code = code;
        this.word = word;
    }

    @Override
    public int code() {
        return code;
    }

    /** Name of the case, for programs. */
    public String word() {
        return word;
    }
}
