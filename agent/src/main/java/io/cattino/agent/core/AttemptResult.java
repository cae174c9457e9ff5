package io.cattino.agent.core;

/** How an attempt ended. */
public sealed interface AttemptResult {

    /**
     * The command ran, and its end was seen.
     *
     * @param code its exit code; 128+n for signal n
     */
    record Exited(int code) implements AttemptResult {}

    /**
     * The command can not be started, and trying again would change nothing.
     *
     * @param failure why
     * @param text one sentence for people
     * @param hint what would help; may be empty
     */
    record LaunchFailed(LaunchFailure failure, String text, String hint) implements AttemptResult {}

    /**
     * Nothing of the attempt ever ran, and nothing of it ever will: its start was claimed.
     *
     * @param reason CamelCase: {@code DiskFull}, {@code NodeResources}, {@code LaunchError}, {@code
     *     SupervisorGone}, {@code FenceDown}, {@code LeaseOver}
     * @param text one sentence for people
     */
    record NotStarted(String reason, String text) implements AttemptResult {}

    /**
     * It ran, and its end was not seen.
     *
     * @param text one sentence for people
     */
    record Vanished(String text) implements AttemptResult {}

    /**
     * The node's fence killed it, because the node was out of contact.
     *
     * @param text one sentence for people
     */
    record Fenced(String text) implements AttemptResult {}
}
