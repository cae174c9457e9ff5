package io.cattino.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of one task, durable when it is seen.
 *
 * @param revision the revision it belongs to; events arrive in this order
 * @param kind what happened
 * @param taskId the task's number
 * @param fullname its fullname
 * @param status its status after the change
 * @param reason why
 * @param attempt number of the attempt concerned; 0 if none
 * @param node node concerned; empty if none
 * @param exitCode the attempt's exit code, where it ended with one
 * @param time when it happened; null if the server did not say
 * @param synthesised whether the library made this event from a fresh list, to tell a listener the
 *     state it starts from or to close a gap after a long disconnection; single steps in between
 *     may be missing then
 */
public record TaskEvent(
        long revision,
        Kind kind,
        long taskId,
        String fullname,
        TaskStatus status,
        Reason reason,
        int attempt,
        String node,
        @Nullable Integer exitCode,
        @Nullable Instant time,
        boolean synthesised) {

    /** What happened to a task. */
    public enum Kind {
        /** It was accepted. */
        CREATED,
        /** A node was chosen. */
        PLACED,
        /** Its command started. */
        STARTED,
        /** It was seen to use more device memory than it asked for. */
        OVER_USED,
        /** Somebody asked it to stop. */
        STOPPING,
        /** An attempt ended and another one will follow. */
        RETRY,
        /** It ended: Done, Failed or Cancelled. */
        FINISHED,
        /** It waits again by a person's command. */
        RESUMED,
        /** Something else about it changed: an attribute, or the reason why it waits. */
        CHANGED,
        /** It was forgotten. */
        REMOVED
    }
}
