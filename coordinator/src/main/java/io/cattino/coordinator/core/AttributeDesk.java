package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.placement.Placer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes what a waiting task asks for, is called, or waits for. */
final class AttributeDesk {
    private AttributeDesk() {}

    static Reply set(Turn turn, Input.SetTask set) {
        Optional<Task> found = turn.state().byName(set.fullname());
        if (found.isEmpty()) {
            return new Reply.Rejected(unknown(turn, set.fullname()));
        }
        Task task = found.get();
        if (!isWaiting(task)) {
            String text = "'" + task.fullname() + "' is not waiting (" + task.status().word() + ")";
            return new Reply.Rejected(
                    new Rejection.WrongState(
                            task.fullname(), text, "only waiting tasks can be changed"));
        }
        return switch (set.attribute()) {
            case Input.Attribute.Priority(int value) ->
                    changed(turn, task, task.spec().withPriority(value));
            case Input.Attribute.Labels(var labels) ->
                    changed(turn, task, task.spec().withLabels(labels));
            case Input.Attribute.Devices(var need) ->
                    fitting(turn, task, MemoryDesk.identified(turn.state(), task, need));
            case Input.Attribute.Place(var where) ->
                    fitting(turn, task, task.spec().withWhere(where));
            case Input.Attribute.Name(String name) -> rename(turn, task, name);
            case Input.Attribute.Parents(var names, var condition) ->
                    parents(turn, task, names, condition);
        };
    }

    private static boolean isWaiting(Task task) {
        return switch (task.state()) {
            case TaskState.Blocked _, TaskState.Held _, TaskState.Queued _ -> true;
            case TaskState.Placed _,
                    TaskState.Running _,
                    TaskState.Stopping _,
                    TaskState.Finished _ ->
                    false;
        };
    }

    private static Rejection unknown(Turn turn, String name) {
        return new Rejection.NotFound("task", name, Similar.to(name, turn.state(), List.of()));
    }

    private static Reply fitting(Turn turn, Task task, TaskSpec spec) {
        return Placer.fitsAnywhere(spec, turn.state().nodes())
                ? changed(turn, task, spec)
                : new Reply.Rejected(Rejection.NeverFits.of(spec, turn.state().nodes()));
    }

    /** The name is part of where the logs lie: it is settled by the first attempt. */
    private static Reply rename(Turn turn, Task task, String name) {
        String group = TaskTable.parentOf(task.fullname());
        String fullname = group.isEmpty() ? name : group + "/" + name;
        if (fullname.equals(task.fullname())) {
            return new Reply.TaskChanged(task);
        }
        if (task.tally().attempts() > 0) {
            return new Reply.Rejected(
                    new Rejection.WrongState(
                            task.fullname(),
                            "'"
                                    + task.fullname()
                                    + "' has run already: its logs are named after it",
                            "only tasks that have never run can be renamed"));
        }
        if (name.equals(GroupHooks.LOG)
                && turn.state().group(group).flatMap(Group::hooks).isPresent()) {
            return new Reply.Rejected(
                    new Rejection.Invalid(
                            "name",
                            "'" + fullname + "' is the file for what hooks of the group print",
                            "choose another name"));
        }
        boolean taken = turn.state().byName(fullname).isPresent();
        if (taken || turn.state().isGroup(fullname)) {
            return new Reply.Rejected(
                    new Rejection.NameExists(
                            fullname,
                            "'" + fullname + "' already exists (a " + (taken ? "task)" : "group)"),
                            "choose another name"));
        }
        return changed(turn, task, task.spec().withFullname(fullname));
    }

    private static Reply parents(
            Turn turn, Task task, List<String> names, Dependency.Condition condition) {
        Map<TaskId, Dependency> parents = new LinkedHashMap<>();
        for (String name : names) {
            List<Task> found =
                    turn.state()
                            .byName(name)
                            .map(List::of)
                            .orElseGet(() -> turn.state().under(name));
            if (found.isEmpty()) {
                return new Reply.Rejected(unknown(turn, name));
            }
            found.forEach(parent ->
                    parents.put(
                            parent.id(),
                            new Dependency(parent.id(), parent.fullname(), condition)));
        }
        if (parents.size() > Limits.MAX_EDGES) {
            return new Reply.Rejected(
                    new Rejection.Limit(
                            "parents",
                            "more than " + Limits.MAX_EDGES + " edges (groups expanded)",
                            "wait for fewer tasks"));
        }
        List<Dependency> all = List.copyOf(parents.values());
        List<String> cycle = Ancestry.cycle(turn.state(), task, all);
        if (!cycle.isEmpty()) {
            return new Reply.Rejected(new Rejection.Cycle(cycle));
        }
        turn.emit(new Fact.ParentsChanged(turn.at(), task.id(), all));
        return changed(turn, task);
    }

    private static Reply changed(Turn turn, Task task, TaskSpec spec) {
        turn.emit(new Fact.Changed(turn.at(), task.id(), spec));
        return changed(turn, task);
    }

    private static Reply changed(Turn turn, Task task) {
        return new Reply.TaskChanged(turn.state().task(task.id()).orElseThrow());
    }
}
