package io.cattino.coordinator.core;

import io.cattino.coordinator.core.memory.MemoryBook;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.placement.Census;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold of a state between two inputs: every index is what the records say; and of a step:
 * no device is promised twice. Slow; for tests and the simulation, after every step.
 */
public final class Invariants {
    private final ClusterState state;
    private final List<String> broken = new ArrayList<>();

    private Invariants(ClusterState state) {
        this.state = state;
    }

    /** What is wrong; empty if nothing is. */
    public static List<String> broken(ClusterState state) {
        Invariants check = new Invariants(state);
        state.tasks().forEach(check::task);
        check.names();
        check.queue();
        check.groups();
        check.allocations();
        check.submissions();
        check.memory();
        return List.copyOf(check.broken);
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            broken.add(what);
        }
    }

    private void task(Task task) {
        long open = task.parents().stream().filter(parent -> !state.satisfied(parent)).count();
        require(
                task.unsatisfied() == open,
                task.id() + " counts " + task.unsatisfied() + " open parents, has " + open);
        boolean fresh = task.tally().attempts() == 0;
        switch (task.state()) {
            case TaskState.Blocked _ -> require(open > 0, task.id() + " is blocked by nothing");
            case TaskState.Queued _ ->
                    require(open == 0 || !fresh, task.id() + " is queued before its parents");
            case TaskState.Held _ -> {}
            case TaskState.Placed(var attempt) -> {
                held(task, attempt);
                require(
                        task.attempts().getLast().startedWallMs() == 0,
                        task.id() + " is placed but has started");
            }
            case TaskState.Running(var attempt) -> held(task, attempt);
            case TaskState.Stopping(var attempt, _) -> held(task, attempt);
            case TaskState.Finished _ -> {}
        }
        require(task.id().value() < state.nextTask(), task.id() + " is not given out yet");
        for (Dependency parent : task.parents()) {
            require(
                    state.task(parent.parent()).isEmpty()
                            || parent.condition()
                                    == state.table().childrenOf(parent.parent()).get(task.id()),
                    task.id() + " is not known to its parent " + parent.parent());
        }
    }

    private void held(Task task, AttemptId attempt) {
        require(
                state.allocation(attempt).map(a -> a.hold() == Allocation.Hold.HELD).orElse(false),
                task.id() + " runs as " + attempt + " but holds nothing");
        require(
                task.attempts().getLast().id().equals(attempt)
                        && task.attempts().getLast().end().isEmpty(),
                task.id() + " runs as " + attempt + " but that is not its newest, open attempt");
    }

    private void names() {
        Map<String, TaskId> expected = new TreeMap<>();
        state.tasks().forEach(task -> expected.put(task.fullname(), task.id()));
        require(expected.equals(state.table().names()), "the names are not those of the tasks");
    }

    private void queue() {
        // Who waits does not lose what was known when it came.
        boolean forgets = state.memory().all().size() >= MemoryBook.KEYS;
        int queued = 0;
        for (Task task : state.tasks()) {
            if (task.state() instanceof TaskState.Queued) {
                queued++;
                require(
                        state.table().queue().contains(task),
                        task.id() + " is queued but not in the queue");
                require(
                        forgets
                                || state.memory()
                                        .resolved(task.spec().devices())
                                        .equals(state.table().queue().shape(task.spec()).devices()),
                        task.id() + " waits under what it does not ask for");
            }
        }
        require(
                state.table().queue().size() == queued,
                "the queue holds tasks that are not queued");
        long sum = state.tasks().stream().mapToLong(Fingerprint::of).sum();
        require(state.table().fingerprint() == sum, "the fingerprint is not that of the tasks");
        Census census = new Census();
        state.tasks().forEach(task -> census.add(TaskTable.kind(task)));
        require(census.mix().equals(state.table().mix()), "the mix is not that of the tasks");
        long ended = state.tasks().stream().filter(Task::finished).count();
        require(state.table().ended().size() == ended, "the ended tasks are miscounted");
    }

    private void groups() {
        for (Task task : state.tasks()) {
            for (String group = TaskTable.parentOf(task.fullname());
                    !group.isEmpty();
                    group = TaskTable.parentOf(group)) {
                require(state.isGroup(group), task.fullname() + " lies in no group " + group);
                require(state.byName(group).isEmpty(), group + " is a group and a task");
            }
        }
        state.groups()
                .forEach(group ->
                        require(!state.under(group.fullname()).isEmpty(), group + " is empty"));
        state.hookedGroups().forEach(this::starting);
    }

    /** Else its tasks would wait for ever. */
    private void starting(Group group) {
        if (group.hooks().orElseThrow().phase() instanceof GroupHooks.Phase.Starting(var by)) {
            boolean live =
                    state.task(by.task())
                            .filter(task -> state.groupsOf(task).contains(group))
                            .flatMap(Task::liveAttempt)
                            .map(by::equals)
                            .orElse(false);
            require(live, group + " is being started by " + by + ", which is not live in it");
        }
    }

    private void allocations() {
        for (Allocation allocation : state.allocations()) {
            boolean live =
                    state.task(allocation.attempt().task())
                            .flatMap(Task::liveAttempt)
                            .map(attempt -> attempt.equals(allocation.attempt()))
                            .orElse(false);
            require(
                    live == (allocation.hold() == Allocation.Hold.HELD),
                    allocation.attempt() + " is " + allocation.hold() + " but live is " + live);
            require(
                    state.allocationsOn(allocation.node()).contains(allocation),
                    allocation.attempt() + " is not in the book of its node");
        }
        state.nodes().forEach(this::cores);
    }

    private void cores(Node node) {
        int cpus = state.allocationsOn(node.id()).stream().mapToInt(Allocation::cpus).sum();
        require(cpus == state.book(node.id()).cpus(), node.name() + " miscounts its cores");
    }

    /**
     * What placements promised though it was not there; empty if nothing. Not part of {@link
     * #broken}: a node may come back with less than it has promised already, and only what is
     * promised after that is wrong.
     *
     * @param facts of the step that made the state what it is
     */
    public static List<String> overpromised(ClusterState state, List<Fact> facts) {
        Invariants check = new Invariants(state);
        for (Fact fact : facts) {
            if (fact instanceof Fact.Placed(_, Allocation allocation, _, _)) {
                state.node(allocation.node())
                        .ifPresentOrElse(
                                node -> check.promise(node, allocation),
                                () -> check.require(false, allocation + " is on no node"));
            }
        }
        return List.copyOf(check.broken);
    }

    private void promise(Node node, Allocation placed) {
        Collection<Allocation> all = state.allocationsOn(node.id());
        require(all.size() <= node.inventory().slots(), node.name() + " has too few slots");
        require(
                placed.cpus() == 0 || state.book(node.id()).cpus() <= node.inventory().cpus(),
                node.name() + " has promised more cores than it has");
        for (DeviceShare share : placed.devices()) {
            String device = node.name() + ":" + share.index();
            long promised = 0;
            int holders = 0;
            boolean whole = false;
            for (Allocation allocation : all) {
                for (DeviceShare other : allocation.devices()) {
                    if (other.index() == share.index()) {
                        promised += other.mib();
                        holders++;
                        whole |= allocation.whole();
                    }
                }
            }
            long total =
                    node.inventory().devices().stream()
                            .filter(info -> info.index() == share.index())
                            .mapToLong(DeviceInfo::totalMib)
                            .sum();
            require(share.mib() >= 0 && promised <= total, device + " has promised too much");
            require(!whole || holders == 1, device + " is shared with one who has it whole");
        }
    }

    private void memory() {
        List<MemoryRuns> all = state.memory().all();
        long keys = all.stream().map(MemoryRuns::key).distinct().count();
        require(keys <= MemoryBook.KEYS, "more is learned of memory than is kept");
        for (MemoryRuns runs : all) {
            require(
                    !runs.runs().isEmpty() && runs.runs().size() <= MemoryBook.RUNS,
                    runs.runs().size() + " runs are kept of one work");
            require(
                    runs.runs().stream().allMatch(run -> run.mib() > 0),
                    "a run of " + runs + " used nothing");
        }
    }

    private void submissions() {
        for (Task task : state.tasks()) {
            boolean known =
                    state.submission(task.submission())
                            .map(s ->
                                    (s.tasks().contains(task.id()) || GroupEnd.is(task))
                                            && state.context(s.contextId()).isPresent())
                            .orElse(false);
            require(known, task.id() + " has no submission or context");
        }
        SubmissionBook book = state.submissionBook();
        long bundles =
                book.contexts().stream()
                        .flatMap(context -> context.bundle().stream())
                        .mapToLong(bundle -> bundle.zip().size())
                        .sum();
        require(book.bundleBytes() == bundles, "the bundles' bytes are not counted right");
        require(state.answers().isCountedRight(), "the answers' changes are not counted right");
    }
}
