package io.cattino.coordinator.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A task's record.
 *
 * @param parents what it waits for, as submitted
 * @param unsatisfied parents not satisfied yet; derived, see Invariants
 * @param attempts newest last, the newest 20
 */
public record Task(
        TaskId id,
        TaskSpec spec,
        SubmissionId submission,
        long createdWallMs,
        List<Dependency> parents,
        int unsatisfied,
        TaskState state,
        Tally tally,
        List<Attempt> attempts) {
    private static final int KEPT_ATTEMPTS = 20;

    public Task {
        parents = List.copyOf(parents);
        attempts = List.copyOf(attempts);
    }

    public String fullname() {
        return spec.fullname();
    }

    /** Finished tasks only change by a person's command. */
    public boolean finished() {
        return state instanceof TaskState.Finished;
    }

    public boolean done() {
        return state instanceof TaskState.Finished(Outcome outcome, _)
                && outcome.verdict() == Outcome.Verdict.DONE;
    }

    /** The one word of five. */
    public TaskStatus status() {
        return switch (state) {
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Placed _ ->
                    TaskStatus.WAITING;
            case TaskState.Running _, TaskState.Stopping _ -> TaskStatus.RUNNING;
            case TaskState.Finished(Outcome outcome, _) -> outcome.verdict().status();
        };
    }

    /** The newest attempt, if it was ever placed. */
    public Optional<Attempt> lastAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }

    /** The attempt it is placed, running or stopping as. */
    public Optional<AttemptId> liveAttempt() {
        return switch (state) {
            case TaskState.Placed(AttemptId attempt) -> Optional.of(attempt);
            case TaskState.Running(AttemptId attempt) -> Optional.of(attempt);
            case TaskState.Stopping(AttemptId attempt, _) -> Optional.of(attempt);
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    Optional.empty();
        };
    }

    /** One that was just accepted: nothing has happened to it. */
    public static Task accepted(
            TaskId id, TaskSpec spec, SubmissionId submission, Time at, TaskState state) {
        return new Task(
                id, spec, submission, at.wallMs(), List.of(), 0, state, Tally.ZERO, List.of());
    }

    /** One of its attempts, if the record still has it. */
    public Optional<Attempt> attempt(AttemptId attempt) {
        return attempts.stream().filter(it -> it.id().equals(attempt)).findFirst();
    }

    public Task with(TaskState value) {
        return new Task(
                id, spec, submission, createdWallMs, parents, unsatisfied, value, tally, attempts);
    }

    public Task with(TaskSpec value) {
        return new Task(
                id, value, submission, createdWallMs, parents, unsatisfied, state, tally, attempts);
    }

    public Task with(Tally value) {
        return new Task(
                id, spec, submission, createdWallMs, parents, unsatisfied, state, value, attempts);
    }

    public Task withUnsatisfied(int value) {
        return new Task(
                id, spec, submission, createdWallMs, parents, value, state, tally, attempts);
    }

    public Task withParents(List<Dependency> value) {
        return new Task(
                id, spec, submission, createdWallMs, value, unsatisfied, state, tally, attempts);
    }

    /** One more attempt; the oldest beyond the newest 20 are dropped. */
    public Task withNew(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.add(attempt);
        int from = Math.max(0, all.size() - KEPT_ATTEMPTS);
        return withAttempts(all.subList(from, all.size()));
    }

    /** The newest attempt, as it is now. */
    public Task withLast(Attempt attempt) {
        List<Attempt> all = new ArrayList<>(attempts);
        all.set(all.size() - 1, attempt);
        return withAttempts(all);
    }

    private Task withAttempts(List<Attempt> value) {
        return new Task(
                id, spec, submission, createdWallMs, parents, unsatisfied, state, tally, value);
    }
}
