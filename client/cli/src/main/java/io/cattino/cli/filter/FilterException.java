package io.cattino.cli.filter;

/** Why a filter gives no answer. */
public abstract sealed class FilterException extends RuntimeException {

    private FilterException(String message) {
        super(message);
    }

    /** The expression is wrong, for Python too: its message is as Python would say it. */
    public static final class Wrong extends FilterException {
        Wrong(String message) {
            super(message);
        }
    }

    /** The expression may be right, but only Python itself knows what it means. */
    public static final class Beyond extends FilterException {
        Beyond(String what) {
            super(what);
        }
    }
}
