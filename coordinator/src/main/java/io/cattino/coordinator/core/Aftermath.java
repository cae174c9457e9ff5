package io.cattino.coordinator.core;

import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory.Fault;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.Outcome.Verdict;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import java.util.List;
import java.util.OptionalInt;

/** What becomes of a task whose attempt has ended: it has ended too, or is tried again. */
final class Aftermath {
    /** Vanished or lost attempts before the task fails. */
    static final int CRASH_LIMIT = 3;

    /** Failures of nodes to start it, in a row, before it waits for a person. */
    static final int INFRASTRUCTURE_LIMIT = 20;

    private static final long FIRST_BACKOFF_MS = 1_000;
    private static final long LONGEST_BACKOFF_MS = 60_000;

    private final Task task;
    private final Trigger.Ended ended;
    private final Settings settings;
    private final Time at;

    Aftermath(Task task, Trigger.Ended ended, Settings settings, Time at) {
        this.task = task;
        this.ended = ended;
        this.settings = settings;
        this.at = at;
    }

    /** Of one that was asked to stop: whatever its exit code, what was asked. */
    List<Fact> stopped(Stop stop) {
        OptionalInt code = exitCode(ended.result());
        return switch (stop.reason()) {
            case KILL -> finish(Verdict.FAILED, ReasonCode.KILLED, stop.text(), "", code);
            case CANCEL, SERVER_EXIT ->
                    finish(Verdict.CANCELLED, stop.reason().code(), stop.text(), "", code);
            case REMOVE -> List.of(new Fact.Purged(at, List.of(task.id())));
            case DRAIN -> List.of(new Fact.Requeued(at, task.id(), Requeue.DRAIN, 0));
            case OVER_USE -> overUsed(stop, code);
        };
    }

    /** Nobody asked for it: one that was done by then is, and one whose node is lost is tried. */
    private List<Fact> overUsed(Stop stop, OptionalInt code) {
        return switch (ended.result()) {
            case AttemptResult.Exited(int exit) when exit == 0 -> byItself();
            case AttemptResult.Exited _, AttemptResult.OutOfMemory _ ->
                    tooLittle(ReasonCode.OVER_USE, stop.text(), code, true);
            case AttemptResult.LaunchFailed _,
                    AttemptResult.NotStarted _,
                    AttemptResult.Vanished _,
                    AttemptResult.Lost _ ->
                    byItself();
        };
    }

    /** Of one that ended by itself. */
    List<Fact> byItself() {
        return switch (ended.result()) {
            case AttemptResult.Exited(int code) when code == 0 ->
                    finish(Verdict.DONE, ReasonCode.NONE, "", "", OptionalInt.of(0));
            case AttemptResult.Exited(int code) when code == 100 -> retry();
            case AttemptResult.Exited(int code) ->
                    fail(
                            ReasonCode.EXIT_CODE,
                            "exit " + code + (ended.note().isEmpty() ? "" : ", " + ended.note()),
                            OptionalInt.of(code));
            case AttemptResult.OutOfMemory(int code, Fault fault, String text) ->
                    tooLittle(
                            ReasonCode.OUT_OF_MEMORY,
                            "exit " + code + ": " + text,
                            OptionalInt.of(code),
                            fault == Fault.OWN);
            case AttemptResult.LaunchFailed(var reason, String text, String hint, int code) ->
                    finish(
                            Verdict.FAILED,
                            reason == ReasonCode.GROUP_HOOK_FAILED
                                    ? ReasonCode.HOOK_FAILED
                                    : reason,
                            text,
                            hint,
                            OptionalInt.of(code));
            case AttemptResult.NotStarted(String text) ->
                    // An agent that said before that it runs contradicts itself: that counts.
                    task.state() instanceof TaskState.Running ? crash(text) : infrastructure(text);
            case AttemptResult.Vanished(String text) -> crash(text);
            case AttemptResult.Lost(String text) ->
                    task.attempts().getLast().loss().map(ContactLoss::fail).orElse(false)
                            ? fail(ReasonCode.NODE_LOST, text, OptionalInt.empty())
                            : crash(text);
        };
    }

    /**
     * Tried again if it was said so: with more, if it wants more than it asked for, else with the
     * same, since others took of it.
     */
    private List<Fact> tooLittle(ReasonCode reason, String text, OptionalInt code, boolean own) {
        boolean again =
                own ? MoreMemory.isTriedAgain(task.spec()) : task.spec().oomRetry().wanted();
        if (!again) {
            return finish(
                    Verdict.FAILED,
                    reason,
                    text,
                    own ? "ask for more (-M), or create it with --oom-retry x1.5" : "",
                    code);
        }
        int sofar = task.tally().retries();
        if (settings.retryLimit() > 0 && sofar >= settings.retryLimit()) {
            return fail(reason, text + " (after " + sofar + " retries, retry-limit)", code);
        }
        if (own && ended.raised().isEmpty()) {
            return fail(reason, text + " (it had asked for all there is)", code);
        }
        Fact requeued =
                new Fact.Requeued(
                        at, task.id(), Requeue.OUT_OF_MEMORY, at.monoMs() + backoffMs(sofar));
        boolean more = own && !ended.raised().get().equals(task.spec());
        return more
                ? List.of(requeued, new Fact.Changed(at, task.id(), ended.raised().get()))
                : List.of(requeued);
    }

    private List<Fact> retry() {
        int sofar = task.tally().retries();
        if (settings.retryLimit() > 0 && sofar >= settings.retryLimit()) {
            String text = "exit 100 after " + sofar + " retries (retry-limit)";
            return fail(ReasonCode.RETRY_LIMIT, text, OptionalInt.of(100));
        }
        return requeue(Requeue.RETRY, sofar);
    }

    private List<Fact> crash(String text) {
        int sofar = task.tally().crashes();
        return sofar >= CRASH_LIMIT
                ? fail(ReasonCode.CRASH_LIMIT, text, OptionalInt.empty())
                : requeue(Requeue.CRASH, sofar);
    }

    private List<Fact> infrastructure(String text) {
        int sofar = task.tally().infrastructure();
        if (sofar + 1 >= INFRASTRUCTURE_LIMIT) {
            String all = "could not be started " + (sofar + 1) + " times in a row; the last: ";
            return List.of(new Fact.Held(at, task.id(), all + text));
        }
        return requeue(Requeue.INFRASTRUCTURE, sofar);
    }

    private List<Fact> requeue(Requeue kind, int sofar) {
        return List.of(new Fact.Requeued(at, task.id(), kind, at.monoMs() + backoffMs(sofar)));
    }

    /** 1 s, doubling to 1 min. */
    private static long backoffMs(int sofar) {
        return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS << Math.min(sofar, 10));
    }

    private static OptionalInt exitCode(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Exited(int code) -> OptionalInt.of(code);
            case AttemptResult.OutOfMemory(int code, _, _) -> OptionalInt.of(code);
            case AttemptResult.LaunchFailed(_, _, _, int code) -> OptionalInt.of(code);
            case AttemptResult.NotStarted _, AttemptResult.Vanished _, AttemptResult.Lost _ ->
                    OptionalInt.empty();
        };
    }

    private List<Fact> fail(ReasonCode code, String text, OptionalInt exit) {
        return finish(Verdict.FAILED, code, text, "", exit);
    }

    private List<Fact> finish(
            Verdict verdict, ReasonCode code, String text, String hint, OptionalInt exit) {
        Outcome outcome = new Outcome(verdict, code, text, hint, exit);
        return List.of(new Fact.Finished(at, task.id(), outcome));
    }
}
