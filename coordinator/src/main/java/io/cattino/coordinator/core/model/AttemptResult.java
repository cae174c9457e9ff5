package io.cattino.coordinator.core.model;

/** How an attempt ended. */
public sealed interface AttemptResult {
    /** The command ran and ended: its code, or 128+n for signal n. */
    record Exited(int code) implements AttemptResult {}

    /**
     * The command ran and ended for want of memory.
     *
     * @param code its exit code
     * @param fault whose it was, as far as that can be told
     * @param text one sentence for people
     */
    record OutOfMemory(int code, Fault fault, String text) implements AttemptResult {
        /** Who is to blame. */
        public enum Fault {
            /** It wanted more than it was promised. */
            OWN,
            /** Others took of what it was promised. */
            OTHERS,
            /** That cannot be told. */
            UNKNOWN
        }
    }

    /**
     * The command could not be started for a reason that lies in the task ({@code CommandNotFound},
     * ...).
     *
     * @param hint what would help; may be empty
     */
    record LaunchFailed(ReasonCode code, String text, String hint, int exitCode)
            implements AttemptResult {}

    /** Nothing of it ever ran, for a reason that lies in the node; costs the task nothing. */
    record NotStarted(String text) implements AttemptResult {}

    /** It ran and nobody saw its end. */
    record Vanished(String text) implements AttemptResult {}

    /** Its node is lost, or was proved rebooted. */
    record Lost(String text) implements AttemptResult {}
}
