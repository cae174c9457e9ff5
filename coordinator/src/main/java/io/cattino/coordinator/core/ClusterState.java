package io.cattino.coordinator.core;

import io.cattino.coordinator.core.memory.MemoryBook;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.placement.Mix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What facts made. {@link #apply} is the only thing that changes it: live, in replay and on a
 * standby. Not thread-safe: one owner, the loop's thread or the one that replays.
 */
public final class ClusterState {
    private long revision;
    private long epoch;
    private long nextTask = 1;
    private Time now = Time.ZERO;
    private Settings settings = Settings.DEFAULTS;
    private final SubmissionBook submissions = new SubmissionBook();
    private final MemoryBook memory = new MemoryBook();
    private final TaskTable tasks = new TaskTable(memory::resolved);
    private final NodeLedger nodes = new NodeLedger();
    private final AttemptBook attempts = new AttemptBook(tasks, nodes);
    private final AnswerBook answers = new AnswerBook();
    private long fenceHoldUntilMonoMs;

    private ClusterState() {}

    public static ClusterState empty() {
        return new ClusterState();
    }

    /** The state of a snapshot; everything derived is derived again. */
    public static ClusterState of(StateImage image) {
        ClusterState state = new ClusterState();
        state.revision = image.revision();
        state.epoch = image.epoch();
        state.nextTask = image.nextTask();
        state.now = image.now();
        state.settings = image.settings();
        image.contexts().forEach(state.submissions::put);
        image.submissions().forEach(state.submissions::put);
        image.memory().forEach(state.memory::put);
        state.tasks.addGroups(image.groups());
        state.tasks.addAll(image.tasks());
        image.tasks().forEach(task -> state.submissions.countTask(task.submission(), 1));
        image.nodes().forEach(state.nodes::put);
        image.allocations().forEach(state.nodes::hold);
        image.answers().forEach(state.answers::put);
        state.fenceHoldUntilMonoMs = image.fenceHoldUntilMonoMs();
        // A backoff that is over has been noticed before the snapshot was taken, or will be at the
        // next tick.
        return state;
    }

    /** Everything that cannot be derived, as values. */
    public StateImage image() {
        return new StateImage(
                revision,
                epoch,
                nextTask,
                now,
                settings,
                fenceHoldUntilMonoMs,
                List.copyOf(submissions.contexts()),
                List.copyOf(submissions.all()),
                List.copyOf(tasks.groups()),
                List.copyOf(tasks.tasks().values()),
                List.copyOf(nodes.allocations()),
                List.copyOf(nodes.nodes()),
                List.copyOf(answers.all()),
                memory.all());
    }

    /**
     * Makes a fact true. Facts come from {@link SchedulerCore} or from a journal that it filled.
     */
    public void apply(Fact fact) {
        now = fact.at();
        switch (fact) {
            case Fact.EpochBegan f -> epoch = f.epoch();
            case Fact.Submitted f -> onSubmitted(f);
            case Fact.GroupEnding f -> onGroupEnding(f);
            case Fact.Placed f -> attempts.placed(f);
            case Fact.Started f -> attempts.started(f);
            case Fact.StopRequested f -> attempts.stopRequested(f);
            case Fact.Ended f -> attempts.ended(f);
            case Fact.OverUsed f -> attempts.overUsed(f);
            case Fact.Released f -> nodes.release(f.attempt());
            case Fact.Quarantined f -> attempts.quarantined(f);
            case Fact.Requeued f -> onRequeued(tasks.get(f.task()), f);
            case Fact.Held f -> tasks.put(tasks.get(f.task()).with(new TaskState.Held(f.text())));
            case Fact.Finished f -> onFinished(f);
            case Fact.Resumed f -> onResumed(tasks.get(f.task()));
            case Fact.Purged f -> f.tasks().forEach(this::purge);
            case Fact.SubmissionsForgotten f -> f.submissions().forEach(submissions::forget);
            case Fact.Changed f -> tasks.put(tasks.get(f.task()).with(f.spec()));
            case Fact.ParentsChanged f ->
                    tasks.rewire(tasks.get(f.task()), f.parents(), this::satisfied);
            case Fact.SettingsChanged f -> settings = f.settings();
            case Fact.NodeRegistered f -> nodes.put(f.node());
            case Fact.DrainSet f ->
                    nodes.node(f.node())
                            .ifPresent(node -> nodes.put(node.withDrain(f.drain().orElse(null))));
            case Fact.NodeForgotten f -> nodes.forget(f.node());
            case Fact.NodeAway f ->
                    nodes.node(f.node())
                            .ifPresent(node -> nodes.put(node.awayUntil(f.untilMonoMs())));
            case Fact.FenceHoldSet f -> fenceHoldUntilMonoMs = f.untilMonoMs();
            case Fact.Answered f -> answers.put(f);
            case Fact.AnswersForgotten f -> answers.forgetOldest(f.count());
            case Fact.MemoryMeasured f -> {
                boolean family = memory.learn(f.work(), f.model(), f.run());
                tasks.queue().learned(f.work(), family);
            }
            case Fact.Checkpoint _ -> {}
        }
        revision++;
    }

    private void onRequeued(Task task, Fact.Requeued f) {
        tasks.put(
                task.with(task.tally().count(f.kind()))
                        .with(new TaskState.Queued(f.notBeforeMonoMs())));
    }

    private void onSubmitted(Fact.Submitted f) {
        List<Task> added = new ArrayList<>();
        List<TaskId> ids = new ArrayList<>();
        long id = f.firstTask();
        for (Fact.NewTask task : f.tasks()) {
            TaskId taskId = new TaskId(id++);
            int unsatisfied =
                    Math.toIntExact(task.parents().stream().filter(p -> !satisfied(p)).count());
            TaskState state = unsatisfied > 0 ? new TaskState.Blocked() : new TaskState.Queued(0);
            ids.add(taskId);
            added.add(
                    Task.accepted(taskId, task.spec(), f.submission(), f.at(), state)
                            .withParents(task.parents())
                            .withUnsatisfied(unsatisfied));
        }
        nextTask = id;
        submissions.put(f.context());
        submissions.put(
                new Submission(
                        f.submission(),
                        f.digest(),
                        f.context().id(),
                        f.runDir(),
                        f.at().wallMs(),
                        ids));
        submissions.countTask(f.submission(), ids.size());
        tasks.addGroups(f.groups());
        tasks.addAll(added);
    }

    private void onGroupEnding(Fact.GroupEnding f) {
        Group group = tasks.group(f.group()).orElseThrow();
        SubmissionId submission = tasks.under(f.group()).getFirst().submission();
        Task end = GroupEnd.task(group, f.task(), submission, f.at());
        nextTask = f.task().value() + 1;
        submissions.countTask(submission, 1);
        tasks.addAll(List.of(end));
        GroupPhases.ending(tasks, group, f.node());
    }

    /** Whether a dependency is satisfied as things are; one on a task that is gone is not. */
    public boolean satisfied(Dependency dependency) {
        return tasks.task(dependency.parent())
                .map(parent -> TaskTable.satisfies(parent, dependency.condition()))
                .orElse(false);
    }

    /** A task that ended with its attempt ended when that did, not when the leader heard of it. */
    private void onFinished(Fact.Finished f) {
        Task task = tasks.get(f.task());
        long wallMs =
                task.liveAttempt()
                        .flatMap(_ -> task.attempts().getLast().end())
                        .map(Attempt.End::wallMs)
                        .orElse(f.at().wallMs());
        tasks.put(task.with(new TaskState.Finished(f.outcome(), wallMs)));
    }

    private void onResumed(Task task) {
        TaskState state =
                task.unsatisfied() > 0 ? new TaskState.Blocked() : new TaskState.Queued(0);
        tasks.put(task.with(task.tally().reset()).with(state));
        GroupPhases.resumed(tasks, task);
    }

    private void purge(TaskId id) {
        submissions.countTask(tasks.get(id).submission(), -1);
        tasks.remove(id);
    }

    /** Ordinal of the last fact. */
    public long revision() {
        return revision;
    }

    public long epoch() {
        return epoch;
    }

    /** The id that the next task gets; every smaller one was given out. */
    public long nextTask() {
        return nextTask;
    }

    /** Time of the last fact. */
    public Time now() {
        return now;
    }

    /** Until when no node is given up, of cluster time. */
    public long fenceHoldUntilMonoMs() {
        return fenceHoldUntilMonoMs;
    }

    AnswerBook answers() {
        return answers;
    }

    /** What runs have used of devices. */
    MemoryBook memory() {
        return memory;
    }

    /** What the farm is asked for, as far as the state remembers, with what it has learned. */
    Mix mix() {
        return memory.resolved(tasks.mix());
    }

    public Settings settings() {
        return settings;
    }

    /** All tasks, in order of acceptance. */
    public Collection<Task> tasks() {
        return tasks.tasks().values();
    }

    /** Tasks with this id or a later one, in order of acceptance. */
    public SortedMap<TaskId, Task> tasksFrom(TaskId first) {
        return tasks.tasks().tailMap(first);
    }

    public Optional<Task> task(TaskId id) {
        return tasks.task(id);
    }

    public Optional<Task> byName(String fullname) {
        return tasks.byName(fullname);
    }

    /** Tasks in a group and its subgroups, in order of acceptance. */
    public List<Task> under(String group) {
        return tasks.under(group);
    }

    public boolean isGroup(String fullname) {
        return tasks.group(fullname).isPresent();
    }

    public Optional<Group> group(String fullname) {
        return tasks.group(fullname);
    }

    /** The groups that a task lies in, outer before inner. */
    List<Group> groupsOf(Task task) {
        return tasks.groupsOf(task.fullname());
    }

    /** Those with hooks, inner before outer. */
    List<Group> hookedGroups() {
        return tasks.hookedGroups();
    }

    public Collection<Group> groups() {
        return tasks.groups();
    }

    public Optional<Submission> submission(SubmissionId id) {
        return submissions.get(id);
    }

    /**
     * The newest submission that has a task left.
     *
     * @param user whose; empty: anybody's
     */
    public Optional<Submission> newestSubmission(String user) {
        return submissions.newest(user);
    }

    /** Who submitted the task; empty if that was not said. */
    public String userOf(Task task) {
        return submission(task.submission())
                .flatMap(submission -> context(submission.contextId()))
                .map(Context::user)
                .orElse("");
    }

    public Optional<Context> context(String id) {
        return submissions.context(id);
    }

    public Collection<Node> nodes() {
        return nodes.nodes();
    }

    public Optional<Node> node(NodeId id) {
        return nodes.node(id);
    }

    public Collection<Allocation> allocations() {
        return nodes.allocations();
    }

    public Optional<Allocation> allocation(AttemptId attempt) {
        return nodes.allocation(attempt);
    }

    public Collection<Allocation> allocationsOn(NodeId node) {
        return nodes.book(node).allocations();
    }

    /** What is held of a node, added up. */
    public NodeBook book(NodeId node) {
        return nodes.book(node);
    }

    TaskTable table() {
        return tasks;
    }

    SubmissionBook submissionBook() {
        return submissions;
    }

    /**
     * A number that two equal states share and two different ones hardly ever: what a Checkpoint
     * fact holds. Costs one look at every record but the tasks.
     */
    public long fingerprint() {
        return Fingerprint.of(this);
    }
}
