package io.cattino.coordinator.core.model;

/** Who wants an attempt to stop, and so what its task becomes. */
public enum StopReason {
    /** {@code kill}: Failed. */
    KILL(ReasonCode.KILLED),
    /** {@code cancel}: Cancelled. */
    CANCEL(ReasonCode.CANCELLED),
    /** {@code remove}: forgotten. */
    REMOVE(ReasonCode.REMOVED),
    /** {@code exit} of an all-in-one server: Cancelled. */
    SERVER_EXIT(ReasonCode.SERVER_EXIT),
    /** The deadline of a drain: waits for another node. */
    DRAIN(ReasonCode.DRAINED),
    /** It used more device memory than it was promised: Failed, or tried with more. */
    OVER_USE(ReasonCode.OVER_USE);

    private final ReasonCode code;

    StopReason(ReasonCode code) {
        this.code = code;
    }

    /** What people read. */
    public ReasonCode code() {
        return code;
    }

    /** Whether somebody wants it, who then has to be minded more than the leader's own reasons. */
    public boolean byPerson() {
        return switch (this) {
            case KILL, CANCEL, REMOVE, SERVER_EXIT -> true;
            case DRAIN, OVER_USE -> false;
        };
    }
}
