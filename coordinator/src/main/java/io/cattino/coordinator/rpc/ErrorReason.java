package io.cattino.coordinator.rpc;

import com.google.rpc.Code;

/** The reasons of errors, for programs: the names are what goes over the wire, and never change. */
enum ErrorReason {
    /** A submission with a value that cannot be. */
    INVALID_TASK(Code.INVALID_ARGUMENT),
    /** Any other request with a value that cannot be. */
    INVALID_REQUEST(Code.INVALID_ARGUMENT),
    /** The edges of a submission go round. */
    CYCLE(Code.INVALID_ARGUMENT),
    REQUEST_ID_REUSED(Code.ALREADY_EXISTS),
    NAME_EXISTS(Code.ALREADY_EXISTS),
    /** Another live agent is this node, or has its name. */
    DUPLICATE_NODE(Code.ALREADY_EXISTS),
    NOT_FOUND(Code.NOT_FOUND),
    /** No known node could ever hold the task. */
    NEVER_FITS(Code.FAILED_PRECONDITION),
    WRONG_STATE(Code.FAILED_PRECONDITION),
    /** There is no log to read. */
    LOG_UNAVAILABLE(Code.FAILED_PRECONDITION),
    /** A limit of the farm. */
    LIMIT(Code.RESOURCE_EXHAUSTED),
    /** More to do than the server takes; it passes. */
    OVERLOADED(Code.RESOURCE_EXHAUSTED),
    /** A newer session took this one's place. */
    STALE_SESSION(Code.ABORTED),
    NOT_LEADER(Code.UNAVAILABLE),
    /** Nobody can lead: the state store is away. */
    NO_QUORUM(Code.UNAVAILABLE),
    /** The loop did not come round to it in time. */
    NO_ANSWER(Code.UNAVAILABLE),
    /** The node that has the log cannot be asked. */
    NODE_AWAY(Code.UNAVAILABLE),
    UNAUTHENTICATED(Code.UNAUTHENTICATED),
    /** The watched revisions are not kept any more. */
    COMPACTED(Code.OUT_OF_RANGE),
    CANCELLED(Code.CANCELLED),
    /** A bug of the server. */
    INTERNAL(Code.INTERNAL);

    private final Code code;

    ErrorReason(Code code) {
        this.code = code;
    }

    Code code() {
        return code;
    }
}
