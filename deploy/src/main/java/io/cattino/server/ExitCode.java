package io.cattino.server;

/** Exit codes of the servers; docs/operations.md explains them. */
enum ExitCode {
    OK(0),
    /** It could not start, or failed. */
    FAILED(1),
    USAGE(2),
    /** Another leader took over. */
    FENCED(70),
    /** The journal cannot be read, or belongs to another cluster. */
    CORRUPT(78);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
