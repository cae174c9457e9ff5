package io.cattino.coordinator.loop;

/** The loop could not take or finish what it was given. */
public final class LeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What that means for the caller. */
    public enum Kind {
        /** The mailbox is full; nothing happened. */
        OVERLOADED,
        /** Not the leader, or not any more; whether it happened is unknown. */
        NOT_LEADING
    }

    private final Kind kind;

    public LeaderException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
