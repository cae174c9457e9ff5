package io.cattino.coordinator.core.model;

/** Where a task stands. The data a state needs lies in it, never nullable beside it. */
public sealed interface TaskState {
    /**
     * Waits for parents (derived: {@link Task#unsatisfied()} is above 0). Caused by submission or
     * resumption.
     */
    record Blocked() implements TaskState {}

    /**
     * Waits for a person: too many infrastructure failures in a row, for the reason in the text.
     */
    record Held(String text) implements TaskState {}

    /**
     * Waits for a place.
     *
     * @param notBeforeMonoMs cluster time before which it may not be placed (backoff); 0: none
     */
    record Queued(long notBeforeMonoMs) implements TaskState {}

    /** The leader chose a node; an allocation is held; the launch is on its way. */
    record Placed(AttemptId attempt) implements TaskState {}

    /** The agent reported the command's start. */
    record Running(AttemptId attempt) implements TaskState {}

    /** Somebody asked it to stop; the agent has not reported its end. */
    record Stopping(AttemptId attempt, Stop stop) implements TaskState {}

    /** It has ended. */
    record Finished(Outcome outcome, long wallMs) implements TaskState {}
}
