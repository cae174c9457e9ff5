package io.cattino.coordinator.loop;

/** The loop could not take or finish what it was given. */
public final class LeaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What that means for the caller. */
    public enum Kind {
        /** The mailbox is full; nothing happened. */
        OVERLOADED,
        /** Not the leader, or not any more; whether it happened is unknown. */
        NOT_LEADING,
        /** Not the leader, and nobody can be: the state store is away; this one did nothing. */
        NO_QUORUM
    }

    private final Kind kind;
    private final String leader;

    public LeaderException(Kind kind, String message) {
        this(kind, message, "");
    }

    /**
     * @param leader {@code host:grpc/http} of who may lead instead; may be empty
     */
    public LeaderException(Kind kind, String message, String leader) {
        super(message);
        this.kind = kind;
        this.leader = leader;
    }

    /** Who may lead instead, {@code host:grpc/http}; may be empty. */
    public String leader() {
        return leader;
    }

    public Kind kind() {
        return kind;
    }
}
