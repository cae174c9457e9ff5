package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.Outcome.Verdict;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.StopReason;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The one table of what can happen to a task in each state. A trigger about an attempt comes here
 * only if that attempt is the task's live one; everything else is stale and dealt with before.
 */
final class TaskLifecycle {
    /** What is read of a task that a person holds without a word. */
    static final String HELD = "held";

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

        /**
         * It uses more than it was promised.
         *
         * @param force at once: a neighbour is about to die of it
         */
        record OverUse(boolean force, String text) implements Trigger {}

        record Started(AttemptId attempt, long pid, long wallMs) implements Trigger {}

        /**
         * It is over.
         *
         * @param raised what the task is tried with next if it had too little memory; empty: not
         */
        record Ended(
                AttemptId attempt,
                AttemptResult result,
                long wallMs,
                int groupsStarted,
                List<DeviceShare> peaks,
                Optional<TaskSpec> raised,
                String note)
                implements Trigger {

            /** That the leader found out by itself: of how it went it knows nothing. */
            Ended(AttemptId attempt, AttemptResult result, long wallMs) {
                this(attempt, result, wallMs, 0, List.of(), Optional.empty(), "");
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
            case Trigger.OverUse(boolean force, String text) -> onOverUse(task, force, text, at);
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
                        case DRAIN, OVER_USE ->
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
                if (!stop.reason().byPerson()) {
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

    private static Ruling onOverUse(Task task, boolean force, String text, Time at) {
        return switch (task.state()) {
            case TaskState.Running(var attempt) ->
                    stop(attempt, StopReason.OVER_USE, force, 1, text, at);
            case TaskState.Stopping _ -> new Ruling.Already("is being stopped already");
            case TaskState.Placed _,
                    TaskState.Blocked _,
                    TaskState.Held _,
                    TaskState.Queued _,
                    TaskState.Finished _ ->
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
        Aftermath aftermath = new Aftermath(task, ended, settings, at);
        return switch (task.state()) {
            case TaskState.Placed _, TaskState.Running _ -> go(end, aftermath.byItself());
            case TaskState.Stopping(_, Stop stop) -> go(end, aftermath.stopped(stop));
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _, TaskState.Finished _ ->
                    new Ruling.Refuse("is not placed");
        };
    }

    private static Ruling go(Fact first, List<Fact> more) {
        List<Fact> facts = new ArrayList<>(more);
        facts.addFirst(first);
        return new Ruling.Go(facts);
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
