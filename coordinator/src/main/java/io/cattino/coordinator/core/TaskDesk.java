package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Reply.Change;
import io.cattino.coordinator.core.TaskLifecycle.Ruling;
import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.Dependency.Condition;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.ReasonCode;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people's commands and agents' news do to tasks: asks the lifecycle table, makes its facts
 * true and draws the consequences.
 */
final class TaskDesk {
    private TaskDesk() {}

    /** Asks the table and makes what it says true. */
    static Ruling rule(Turn turn, Task task, Trigger trigger) {
        Ruling ruling = TaskLifecycle.decide(task, trigger, turn.state().settings(), turn.at());
        if (ruling instanceof Ruling.Go(List<Fact> facts)) {
            for (Fact fact : facts) {
                turn.emit(fact);
                consequences(turn, fact);
            }
        }
        return ruling;
    }

    private static void consequences(Turn turn, Fact fact) {
        if (fact instanceof Fact.StopRequested(_, var attempt, _)) {
            signal(turn, turn.state().task(attempt.task()).orElseThrow());
        }
        if (fact instanceof Fact.Finished(_, TaskId task, Outcome outcome)
                && outcome.verdict() == Outcome.Verdict.FAILED
                && turn.state().settings().cascadeCancelOnFailure()) {
            cascade(turn, task);
        }
    }

    /** Tells the agent to stop the task's attempt; again if it was told before. */
    static void signal(Turn turn, Task task) {
        if (task.state() instanceof TaskState.Stopping(var attempt, Stop stop)) {
            turn.state()
                    .allocation(attempt)
                    .ifPresent(allocation ->
                            turn.effect(
                                    new Effect.Signal(
                                            allocation.node(),
                                            attempt,
                                            stop.number(),
                                            stop.force(),
                                            stop.reason().code().word())));
        }
    }

    /** Cancels whoever waits, directly or not, for the success of a task that failed. */
    private static void cascade(Turn turn, TaskId failed) {
        Deque<TaskId> look = new ArrayDeque<>(List.of(failed));
        while (!look.isEmpty()) {
            Task parent = turn.state().task(look.remove()).orElseThrow();
            String text = "since " + parent.fullname() + " did not succeed";
            turn.state()
                    .table()
                    .childrenOf(parent.id())
                    .forEach((child, condition) -> {
                        TaskState state = turn.state().task(child).orElseThrow().state();
                        if (condition == Condition.SUCCESS && state instanceof TaskState.Blocked) {
                            turn.emit(
                                    new Fact.Finished(
                                            turn.at(),
                                            child,
                                            TaskLifecycle.cancelled(
                                                    ReasonCode.DEPENDENCY_FAILED, text)));
                            look.add(child);
                        }
                    });
        }
    }

    /** A person's command on tasks. */
    static Reply control(Turn turn, Input.Control control) {
        Trigger trigger = trigger(control.verb());
        List<Change> changes = new ArrayList<>();
        Map<TaskId, Boolean> chosen = new LinkedHashMap<>();
        if (control.selection().all()) {
            turn.state().tasks().forEach(task -> chosen.put(task.id(), false));
        }
        for (String name : control.selection().names()) {
            Optional<Task> task = turn.state().byName(name);
            List<Task> under = task.isPresent() ? List.of() : under(turn, name, trigger);
            task.ifPresent(found -> chosen.put(found.id(), true));
            boolean any = under.stream().anyMatch(found -> applies(turn, found, trigger));
            under.forEach(found -> chosen.putIfAbsent(found.id(), !any));
            if (task.isEmpty() && under.isEmpty()) {
                Rejection none =
                        new Rejection.NotFound(
                                "task", name, Similar.to(name, turn.state(), List.of()));
                String hint = none.hint().isEmpty() ? "" : "; " + none.hint();
                changes.add(new Change(name, 0, Change.Outcome.NOT_FOUND, none.text() + hint));
            }
        }
        // A parent that runs again blocks its children only if they wait: it has to come first.
        List<TaskId> order =
                trigger instanceof Trigger.Rerun
                        ? Ancestry.parentsFirst(turn.state(), chosen.keySet())
                        : List.copyOf(chosen.keySet());
        for (TaskId id : order) {
            boolean named = chosen.getOrDefault(id, false);
            change(turn, id, named, trigger).ifPresent(changes::add);
        }
        return new Reply.Changes(changes);
    }

    /** A group's end follows from its tasks: it does not run again beside them. */
    private static List<Task> under(Turn turn, String group, Trigger trigger) {
        boolean again = trigger instanceof Trigger.Rerun || trigger instanceof Trigger.Resume;
        return turn.state().under(group).stream()
                .filter(task -> !(again && GroupEnd.is(task)))
                .toList();
    }

    private static boolean applies(Turn turn, Task task, Trigger trigger) {
        return !(TaskLifecycle.decide(task, trigger, turn.state().settings(), turn.at())
                instanceof Ruling.Refuse);
    }

    /**
     * @param named asked for by name, so a refusal is told; of a group or of all, only what changed
     *     is
     */
    private static Optional<Change> change(Turn turn, TaskId id, boolean named, Trigger trigger) {
        Optional<Task> found = turn.state().task(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Task task = found.get();
        String orphans = trigger instanceof Trigger.Remove ? orphans(turn, task) : "";
        return switch (rule(turn, task, trigger)) {
            case Ruling.Go _ -> Optional.of(change(task, Change.Outcome.CHANGED, orphans));
            case Ruling.Already(String text) ->
                    Optional.of(change(task, Change.Outcome.CHANGED, text));
            case Ruling.Refuse(String text) ->
                    named
                            ? Optional.of(change(task, Change.Outcome.WRONG_STATE, text))
                            : Optional.empty();
        };
    }

    private static Change change(Task task, Change.Outcome outcome, String message) {
        return new Change(task.fullname(), task.id().value(), outcome, message);
    }

    private static String orphans(Turn turn, Task task) {
        List<String> waiting =
                turn.state().table().childrenOf(task.id()).keySet().stream()
                        .flatMap(id -> turn.state().task(id).stream())
                        .filter(child -> child.state() instanceof TaskState.Blocked && !task.done())
                        .map(Task::fullname)
                        .toList();
        return switch (waiting.size()) {
            case 0 -> "";
            case 1 ->
                    waiting.getFirst()
                            + " waits for it and can no longer start; meow set "
                            + waiting.getFirst()
                            + ".after '' lets it go";
            default ->
                    waiting.size()
                            + " tasks wait for it and can no longer start: "
                            + waiting.getFirst()
                            + ", ...";
        };
    }

    private static Trigger trigger(Input.Verb verb) {
        return switch (verb) {
            case Input.Verb.Cancel(String text) -> new Trigger.Cancel(text);
            case Input.Verb.Resume() -> new Trigger.Resume();
            case Input.Verb.Rerun() -> new Trigger.Rerun();
            case Input.Verb.Hold(String text) -> new Trigger.Hold(text);
            case Input.Verb.Kill(boolean force, String text) -> new Trigger.Kill(force, text);
            case Input.Verb.Remove() -> new Trigger.Remove();
        };
    }

    /** The server ends: running tasks are stopped, and nothing new is placed. */
    static Reply exit(Turn turn, Observations observations) {
        observations.exit();
        List<TaskId> stopping = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Task task : List.copyOf(turn.state().tasks())) {
            if (!(rule(turn, task, new Trigger.ServerExit()) instanceof Ruling.Refuse)) {
                stopping.add(task.id());
                names.add(task.fullname());
            }
        }
        return new Reply.Exiting(stopping, names);
    }
}
