package io.cattino.client;

/** How an attempt ended. */
public enum AttemptResult {
    /**
     * The command ran and ended, by itself or by a signal; there is an exit code (128+n for signal
     * n).
     */
    EXITED,
    /** The command could not be started; the reason tells why. */
    LAUNCH_FAILED,
    /** Nothing of the attempt ever ran; it is placed again at no cost to the task. */
    NOT_STARTED,
    /** It ran and its end was not seen. */
    VANISHED,
    /** Its node is lost. */
    LOST,
    /** A result that this version of the library does not know. */
    UNKNOWN
}
