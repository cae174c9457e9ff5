package io.cattino.agent.core;

/**
 * What happened to an attempt, on its way to the leader until it is acknowledged.
 *
 * @param sequence rises within the data directory, for ever
 * @param id the attempt
 * @param wallMs when it happened, in milliseconds since 1970-01-01 UTC
 * @param event what happened
 */
public record Report(long sequence, AttemptId id, long wallMs, Event event) {

    /** What can happen to an attempt; each at most once, though it may be reported more often. */
    public sealed interface Event {

        /** The command runs as process {@code pid}. */
        record Started(long pid) implements Event {}

        /** It is over. */
        record Ended(End end) implements Event {}

        /** Nothing of it is left on the node. */
        record Released() implements Event {}

        /** Something of it could not be killed. */
        record Stranded(String text) implements Event {}
    }
}
