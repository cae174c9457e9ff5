package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.Outcome.Verdict;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.StopReason;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import java.util.List;
import java.util.OptionalInt;

/**
 * The one table of what can happen to a task in each state. A trigger about an attempt comes here
 * only if that attempt is the task's live one; everything else is stale and dealt with before.
 */
final class TaskLifecycle {
    /** Vanished or lost attempts before the task fails. */
    static final int CRASH_LIMIT = 3;

    /** Failures of nodes to start it, in a row, before it waits for a person. */
    static final int INFRASTRUCTURE_LIMIT = 20;

    /** What is read of a task that a person holds without a word. */
    static final String HELD = "held";

    private static final long FIRST_BACKOFF_MS = 1_000;
    private static final long LONGEST_BACKOFF_MS = 60_000;

    private TaskLifecycle() {}

    /** What happens to a task. */
    sealed interface Trigger {
        record Cancel(String text) implements Trigger {}

        record Resume() implements Trigger {}

        record Rerun() implements Trigger {}

        record Hold(String text) implements Trigger {}

        record Kill(boolean force, String text) implements Trigger {}

        record Remove() implements Trigger {}

        record ServerExit() implements Trigger {}

        /** The node has to be empty by now. */
        record Drain(String node) implements Trigger {}

        record Started(AttemptId attempt, long pid, long wallMs) implements Trigger {}

        record Ended(
                AttemptId attempt,
                AttemptResult result,
                long wallMs,
                int groupsStarted,
                List<DeviceShare> peaks)
                implements Trigger {

            /** That the leader found out by itself: of how it went it knows nothing. */
            Ended(AttemptId attempt, AttemptResult result, long wallMs) {
                this(attempt, result, wallMs, 0, List.of());
            }
        }
    }

    /** What the table says. */
    sealed interface Ruling {
        /** These become true, in this order. */
        record Go(List<Fact> facts) implements Ruling {}

        /** It is under way or so already: nothing becomes true, and that is fine. */
        record Already(String text) implements Ruling {}

        /** Not in this state. */
        record Refuse(String text) implements Ruling {}
    }

    static Ruling decide(Task task, Trigger trigger, Settings settings, Time at) {
        return switch (trigger) {
            case Trigger.Cancel(String text) -> onCancel(task, text, at);
            case Trigger.Resume _ -> onResume(task, at);
            case Trigger.Rerun _ -> onRerun(task, at);
            case Trigger.Hold(String text) -> onHold(task, text, at);
            case Trigger.Kill(boolean force, String text) -> onKill(task, force, text, at);
            case Trigger.Remove _ -> onRemove(task, at);
            case Trigger.ServerExit _ -> onServerExit(task, at);
            case Trigger.Drain(String node) -> onDrain(task, node, at);
            case Trigger.Started started -> onStarted(task, started, at);
            case Trigger.Ended ended -> onEnded(task, ended, settings, at);
        };
    }

    private static Ruling onCancel(Task task, String text, Time at) {
        return switch (task.state()) {
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _ ->
                    go(new Fact.Finished(at, task.id(), cancelled(ReasonCode.CANCELLED, text)));
            case TaskState.Placed(var attempt) ->
                    stop(attempt, StopReason.CANCEL, false, 1, text, at);
            case TaskState.Running(var attempt) ->
                    stop(attempt, StopReason.CANCEL, false, 1, text, at);
            case TaskState.Stopping(var attempt, Stop stop) ->
                    switch (stop.reason()) {
                        case CANCEL -> new Ruling.Already("is being cancelled");
                        case DRAIN ->
                                stop(
                                        attempt,
                                        StopReason.CANCEL,
                                        stop.force(),
                                        stop.number() + 1,
                                        text,
                                        at);
                        case KILL, REMOVE, SERVER_EXIT ->
                                new Ruling.Refuse(
                                        "is being stopped already ("
                                                + stop.reason().code().word()
                                                + ")");
                    };
            case TaskState.Finished(Outcome outcome, _) ->
                    new Ruling.Refuse("has ended (" + outcome.verdict().status().word() + ")");
        };
    }

    private static Ruling onResume(Task task, Time at) {
        return switch (task.state()) {
            case TaskState.Held _ -> go(new Fact.Resumed(at, task.id()));
            case TaskState.Finished(Outcome outcome, _) ->
                    outcome.verdict() == Verdict.CANCELLED
                            ? go(new Fact.Resumed(at, task.id()))
                            : new Ruling.Refuse(
                                    "is not cancelled: it has ended ("
                                            + outcome.verdict().status().word()
                                            + ")");
            case TaskState.Blocked _, TaskState.Queued _ ->
                    new Ruling.Refuse("is not cancelled: it is waiting");
            case TaskState.Placed _, TaskState.Running _ ->
                    new Ruling.Refuse("is not cancelled: it is running");
            case TaskState.Stopping _ ->
                    new Ruling.Refuse("is still being stopped; resume it when it has ended");
        };
    }

    private static Ruling onRerun(Task task, Time at) {
        return switch (task.state()) {
            case TaskState.Finished _, TaskState.Held _ -> go(new Fact.Resumed(at, task.id()));
            case TaskState.Blocked _, TaskState.Queued _ ->
                    new Ruling.Refuse("has not ended: it is waiting");
            case TaskState.Placed _, TaskState.Running _, TaskState.Stopping _ ->
                    new Ruling.Refuse("has not ended: it is running");
        };
    }

    private static Ruling onHold(Task task, String text, Time at) {
        return switch (task.state()) {
            case TaskState.Blocked _, TaskState.Queued _ ->
                    go(new Fact.Held(at, task.id(), text.isEmpty() ? HELD : text));
            case TaskState.Held _ -> new Ruling.Already("is held already");
            case TaskState.Placed _, TaskState.Running _, TaskState.Stopping _ ->
                    new Ruling.Refuse("is running: only what waits can be held");
            case TaskState.Finished(Outcome outcome, _) ->
                    new Ruling.Refuse("has ended (" + outcome.verdict().status().word() + ")");
        };
    }

    private static Ruling onKill(Task task, boolean force, String text, Time at) {
        return switch (task.state()) {
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _ ->
                    new Ruling.Refuse("is not running");
            case TaskState.Placed(var attempt) ->
                    stop(attempt, StopReason.KILL, force, 1, text, at);
            case TaskState.Running(var attempt) ->
                    stop(attempt, StopReason.KILL, force, 1, text, at);
            case TaskState.Stopping(var attempt, Stop stop) -> {
                if (stop.reason() == StopReason.DRAIN) {
                    boolean atOnce = force || stop.force();
                    yield stop(attempt, StopReason.KILL, atOnce, stop.number() + 1, text, at);
                }
                yield force && !stop.force()
                        ? stop(attempt, stop.reason(), true, stop.number() + 1, stop.text(), at)
                        : new Ruling.Already("is being stopped already");
            }
            case TaskState.Finished(Outcome outcome, _) ->
                    new Ruling.Refuse("has ended (" + outcome.verdict().status().word() + ")");
        };
    }

    private static Ruling onRemove(Task task, Time at) {
        return switch (task.state()) {
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    go(new Fact.Purged(at, List.of(task.id())));
            case TaskState.Placed(var attempt) -> stop(attempt, StopReason.REMOVE, true, 1, "", at);
            case TaskState.Running(var attempt) ->
                    stop(attempt, StopReason.REMOVE, true, 1, "", at);
            case TaskState.Stopping(var attempt, Stop stop) ->
                    stop.reason() == StopReason.REMOVE
                            ? new Ruling.Already("is being removed")
                            : stop(attempt, StopReason.REMOVE, true, stop.number() + 1, "", at);
        };
    }

    private static Ruling onServerExit(Task task, Time at) {
        return switch (task.state()) {
            case TaskState.Placed(var attempt) ->
                    stop(attempt, StopReason.SERVER_EXIT, false, 1, "", at);
            case TaskState.Running(var attempt) ->
                    stop(attempt, StopReason.SERVER_EXIT, false, 1, "", at);
            case TaskState.Stopping _ -> new Ruling.Already("is being stopped already");
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    new Ruling.Refuse("is not running");
        };
    }

    private static Ruling onDrain(Task task, String node, Time at) {
        String text = "node " + node + " is being emptied";
        return switch (task.state()) {
            case TaskState.Placed(var attempt) ->
                    stop(attempt, StopReason.DRAIN, false, 1, text, at);
            case TaskState.Running(var attempt) ->
                    stop(attempt, StopReason.DRAIN, false, 1, text, at);
            case TaskState.Stopping _ -> new Ruling.Already("is being stopped already");
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    new Ruling.Refuse("is not running");
        };
    }

    private static Ruling onStarted(Task task, Trigger.Started started, Time at) {
        Fact fact = new Fact.Started(at, started.attempt(), started.pid(), started.wallMs());
        return switch (task.state()) {
            case TaskState.Placed _ -> go(fact);
            case TaskState.Running _ -> new Ruling.Already("is running");
            case TaskState.Stopping _ ->
                    task.attempts().getLast().startedWallMs() == 0
                            ? go(fact)
                            : new Ruling.Already("is running");
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    new Ruling.Refuse("is not placed");
        };
    }

    private static Ruling onEnded(Task task, Trigger.Ended ended, Settings settings, Time at) {
        Fact end =
                new Fact.Ended(
                        at,
                        ended.attempt(),
                        ended.result(),
                        ended.wallMs(),
                        ended.groupsStarted(),
                        ended.peaks());
        return switch (task.state()) {
            case TaskState.Placed _, TaskState.Running _ ->
                    go(end, byItself(task, ended.result(), settings, at));
            case TaskState.Stopping(_, Stop stop) ->
                    go(end, stopped(task, stop, ended.result(), at));
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    new Ruling.Refuse("is not placed");
        };
    }

    /** What becomes of a task that was asked to stop: whatever its exit code, what was asked. */
    private static Fact stopped(Task task, Stop stop, AttemptResult result, Time at) {
        OptionalInt code = exitCode(result);
        return switch (stop.reason()) {
            case KILL ->
                    new Fact.Finished(
                            at,
                            task.id(),
                            new Outcome(Verdict.FAILED, ReasonCode.KILLED, stop.text(), "", code));
            case CANCEL, SERVER_EXIT ->
                    new Fact.Finished(
                            at,
                            task.id(),
                            new Outcome(
                                    Verdict.CANCELLED,
                                    stop.reason().code(),
                                    stop.text(),
                                    "",
                                    code));
            case REMOVE -> new Fact.Purged(at, List.of(task.id()));
            case DRAIN -> new Fact.Requeued(at, task.id(), Requeue.DRAIN, 0);
        };
    }

    /** What becomes of a task whose attempt ended by itself. */
    private static Fact byItself(Task task, AttemptResult result, Settings settings, Time at) {
        return switch (result) {
            case AttemptResult.Exited(int code) when code == 0 ->
                    finish(task, Verdict.DONE, ReasonCode.NONE, "", OptionalInt.of(0), at);
            case AttemptResult.Exited(int code) when code == 100 -> retry(task, settings, at);
            case AttemptResult.Exited(int code) ->
                    finish(
                            task,
                            Verdict.FAILED,
                            ReasonCode.EXIT_CODE,
                            "exit " + code,
                            OptionalInt.of(code),
                            at);
            case AttemptResult.LaunchFailed(var reason, String text, String hint, int code) ->
                    new Fact.Finished(
                            at,
                            task.id(),
                            new Outcome(
                                    Verdict.FAILED,
                                    reason == ReasonCode.GROUP_HOOK_FAILED
                                            ? ReasonCode.HOOK_FAILED
                                            : reason,
                                    text,
                                    hint,
                                    OptionalInt.of(code)));
            case AttemptResult.NotStarted(String text) ->
                    // An agent that said before that it runs contradicts itself: that counts.
                    task.state() instanceof TaskState.Running
                            ? crash(task, text, at)
                            : infrastructure(task, text, at);
            case AttemptResult.Vanished(String text) -> crash(task, text, at);
            case AttemptResult.Lost(String text) ->
                    task.attempts().getLast().loss().map(ContactLoss::fail).orElse(false)
                            ? finish(
                                    task,
                                    Verdict.FAILED,
                                    ReasonCode.NODE_LOST,
                                    text,
                                    OptionalInt.empty(),
                                    at)
                            : crash(task, text, at);
        };
    }

    private static Fact retry(Task task, Settings settings, Time at) {
        int sofar = task.tally().retries();
        if (settings.retryLimit() > 0 && sofar >= settings.retryLimit()) {
            String text = "exit 100 after " + sofar + " retries (retry-limit)";
            return finish(
                    task, Verdict.FAILED, ReasonCode.RETRY_LIMIT, text, OptionalInt.of(100), at);
        }
        return new Fact.Requeued(at, task.id(), Requeue.RETRY, at.monoMs() + backoffMs(sofar));
    }

    private static Fact crash(Task task, String text, Time at) {
        int sofar = task.tally().crashes();
        if (sofar >= CRASH_LIMIT) {
            return finish(
                    task, Verdict.FAILED, ReasonCode.CRASH_LIMIT, text, OptionalInt.empty(), at);
        }
        return new Fact.Requeued(at, task.id(), Requeue.CRASH, at.monoMs() + backoffMs(sofar));
    }

    private static Fact infrastructure(Task task, String text, Time at) {
        int sofar = task.tally().infrastructure();
        if (sofar + 1 >= INFRASTRUCTURE_LIMIT) {
            return new Fact.Held(
                    at,
                    task.id(),
                    "could not be started " + (sofar + 1) + " times in a row; the last: " + text);
        }
        return new Fact.Requeued(
                at, task.id(), Requeue.INFRASTRUCTURE, at.monoMs() + backoffMs(sofar));
    }

    /** 1 s, doubling to 1 min. */
    private static long backoffMs(int sofar) {
        return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS << Math.min(sofar, 10));
    }

    private static OptionalInt exitCode(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Exited(int code) -> OptionalInt.of(code);
            case AttemptResult.LaunchFailed(_, _, _, int code) -> OptionalInt.of(code);
            case AttemptResult.NotStarted _, AttemptResult.Vanished _, AttemptResult.Lost _ ->
                    OptionalInt.empty();
        };
    }

    private static Fact finish(
            Task task, Verdict verdict, ReasonCode code, String text, OptionalInt exit, Time at) {
        return new Fact.Finished(at, task.id(), new Outcome(verdict, code, text, "", exit));
    }

    static Outcome cancelled(ReasonCode code, String text) {
        return new Outcome(Verdict.CANCELLED, code, text, "", OptionalInt.empty());
    }

    private static Ruling stop(
            AttemptId attempt, StopReason reason, boolean force, int number, String text, Time at) {
        return go(new Fact.StopRequested(at, attempt, new Stop(reason, force, number, text)));
    }

    private static Ruling go(Fact... facts) {
        return new Ruling.Go(List.of(facts));
    }
}
