package io.cattino.agent.core;

/** What the core wants done. Those of one attempt are carried out in the order they were given. */
public sealed interface AgentEffect {

    /** Of an attempt. */
    sealed interface OfAttempt extends AgentEffect {

        /** Whose. */
        AttemptId id();
    }

    /** Make its files, spawn its supervisor. */
    record Spawn(AttemptId id) implements OfAttempt {}

    /** Take the name that a supervisor needs to start the command; answer by StartClaimed. */
    record ClaimStarted(AttemptId id) implements OfAttempt {}

    /** Make durable that its processes are about to be killed. */
    record WriteStopMark(AttemptId id) implements OfAttempt {}

    /** Tell its Python runner, if it has one, why it is about to be stopped. */
    record NoteStop(AttemptId id, String reason) implements OfAttempt {}

    /** Signal every process of it but the supervisor. */
    record SignalSession(AttemptId id, SignalKind kind) implements OfAttempt {}

    /** Count its living processes, the supervisor apart; answer by LeftoversCounted. */
    record CheckLeftovers(AttemptId id) implements OfAttempt {}

    /** Make its end durable. */
    record PersistEnd(AttemptId id, End end) implements OfAttempt {}

    /** Send it if there is a session; what is not acknowledged is sent again by the next one. */
    record Send(Report report) implements OfAttempt {
        @Override
        public AttemptId id() {
            return report.id();
        }
    }

    /** Keep nothing of it but its end. */
    record Bury(AttemptId id, End end) implements OfAttempt {}

    /** Make the highest epoch durable, before anything that follows. */
    record PersistEpoch(long epoch) implements AgentEffect {}

    /** Break the stream: its leader has been superseded. */
    record DropSession(long generation, String why) implements AgentEffect {}
}
