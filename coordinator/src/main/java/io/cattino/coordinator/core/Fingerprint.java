package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.MemoryRuns;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.OnDisconnect;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Tally;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.TaskState;
import io.cattino.coordinator.core.model.Where;
import io.cattino.coordinator.core.model.Work;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit mix of everything a fact can change. Uses no {@code hashCode} of enums or records, which
 * differ between two runs; those of strings, lists and maps of strings are specified.
 *
 * <p>Tasks are many, so each has a print of its own and the {@link TaskTable} keeps the sum of
 * them: a checkpoint of a million tasks costs no more than one of ten.
 */
final class Fingerprint {
    private long hash = 0x9E3779B97F4A7C15L;

    private Fingerprint() {}

    static long of(ClusterState state) {
        Fingerprint print = new Fingerprint();
        print.add(state.revision()).add(state.epoch()).add(state.nextTask());
        print.add(state.now().monoMs()).add(state.now().wallMs());
        print.settings(state.settings());
        print.add(state.tasks().size()).add(state.table().fingerprint());
        state.allocations().forEach(print::allocation);
        state.nodes().forEach(print::node);
        state.groups().forEach(print::group);
        state.submissionBook().all().forEach(print::submission);
        state.submissionBook().contexts().forEach(print::context);
        state.answers().all().forEach(print::answered);
        print.addIfSet(state.fenceHoldUntilMonoMs());
        state.memory().all().forEach(print::memory);
        return print.hash;
    }

    static long of(Task task) {
        return spec(task) + parents(task) + progress(task);
    }

    /** What a change of a task's record adds to the sum. A spec and parents hardly ever change. */
    static long change(Task old, Task task) {
        long change = progress(task) - progress(old);
        if (!old.spec().equals(task.spec())) {
            change += spec(task) - spec(old);
        }
        if (!old.parents().equals(task.parents())) {
            change += parents(task) - parents(old);
        }
        return change;
    }

    private static long spec(Task task) {
        Fingerprint print = new Fingerprint();
        print.add(task.id().value()).add(task.submission().value()).add(task.createdWallMs());
        print.spec(task.spec());
        return print.hash;
    }

    private static long parents(Task task) {
        Fingerprint print = new Fingerprint();
        print.add(task.id().value());
        task.parents().forEach(print::parent);
        return print.hash;
    }

    private static long progress(Task task) {
        Fingerprint print = new Fingerprint();
        print.add(task.id().value()).add(task.unsatisfied());
        print.tally(task.tally());
        print.state(task.state());
        task.attempts().forEach(print::attempt);
        return print.hash;
    }

    private Fingerprint add(long value) {
        long mixed = (hash ^ value) * 0xBF58476D1CE4E5B9L;
        hash = (mixed ^ (mixed >>> 29)) + 0x94D049BB133111EBL;
        return this;
    }

    private Fingerprint add(@Nullable String value) {
        return value == null ? add(-1) : add(value.length()).add(value.hashCode());
    }

    private Fingerprint add(boolean value) {
        return add(value ? 1 : 0);
    }

    private Fingerprint add(AttemptId attempt) {
        return add(attempt.task().value()).add(attempt.number()).add(attempt.epoch());
    }

    /** What came later adds nothing while nobody uses it: prints of older journals still hold. */
    private void addIfSet(long value) {
        if (value != 0) {
            add(value);
        }
    }

    private void addIfSet(String value) {
        if (!value.isEmpty()) {
            add(value);
        }
    }

    private void answered(Fact.Answered answered) {
        add(answered.requestId()).add(answered.digest());
        add(answered.at().monoMs()).add(answered.at().wallMs());
        switch (answered.answer()) {
            case Answer.Changes(var changes) -> add(1).add(changes.size());
            case Answer.OfTask(var task) -> add(2).add(task.value());
            case Answer.OfNode(Node node) -> {
                add(3);
                node(node);
            }
            case Answer.OfSettings _ -> add(4);
            case Answer.OfFenceHold _ -> add(5);
        }
    }

    private void memory(MemoryRuns runs) {
        add(runs.key()).add(runs.model()).add(runs.runs().size());
        runs.runs().forEach(run -> add(run.mib()).add(run.complete()));
    }

    private void settings(Settings settings) {
        add(settings.overrideExistTasks().name()).add(settings.cascadeCancelOnFailure());
        add(settings.shutdownOnComplete());
        add(settings.retryLimit()).add(settings.keepFinished());
        if (settings.loss().onDisconnect() != OnDisconnect.DEFAULT) {
            add(settings.loss().onDisconnect().name());
        }
        addIfSet(settings.loss().lostAfterMs());
        if (settings.overUse() != Settings.DEFAULTS.overUse()) {
            add(settings.overUse().name());
        }
    }

    private void spec(TaskSpec spec) {
        Command command = spec.command();
        add(spec.fullname()).add(command.argv().hashCode()).add(command.shell());
        command.python().ifPresent(this::python);
        devices(spec.devices());
        add(spec.cpus()).add(spec.priority());
        add(spec.env().hashCode()).add(spec.labels().hashCode());
        add(spec.workingDirectory()).add(spec.loss().onDisconnect().name());
        addIfSet(spec.loss().lostAfterMs());
        addIfSet(spec.oomRetry().permille());
        if (!spec.where().equals(Where.ANYWHERE)) {
            add(spec.where().text()).add(spec.where().preference());
        }
    }

    private void python(PythonObject python) {
        add(python.kind().name()).add(python.exportPath()).add(python.exportedName());
        add(python.arguments().hashCode()).add(python.hooks().hashCode());
    }

    private void devices(DeviceNeed need) {
        switch (need) {
            case DeviceNeed.None _ -> add(1);
            case DeviceNeed.Whole(int count) -> add(2).add(count);
            case DeviceNeed.Shared(int count, MemoryAsk.Mib(long mib)) ->
                    add(3).add(count).add(mib);
            case DeviceNeed.Shared(int count, MemoryAsk.Share(int ppm)) ->
                    add(4).add(count).add(ppm);
            case DeviceNeed.Shared(int count, MemoryAsk.Auto(Work work)) ->
                    add(5).add(count).add(work.exact()).add(work.family());
            case DeviceNeed.Shared(_, MemoryAsk.Learned _) ->
                    throw new IllegalStateException("what is reckoned for a look is not stored");
        }
    }

    private void tally(Tally tally) {
        add(tally.attempts()).add(tally.retries()).add(tally.crashes()).add(tally.infrastructure());
    }

    private void parent(Dependency parent) {
        add(parent.parent().value()).add(parent.parentName()).add(parent.condition().name());
    }

    private void state(TaskState state) {
        switch (state) {
            case TaskState.Blocked _ -> add(1);
            case TaskState.Held(String text) -> add(2).add(text);
            case TaskState.Queued(long notBefore) -> add(3).add(notBefore);
            case TaskState.Placed(var attempt) -> add(4).add(attempt);
            case TaskState.Running(var attempt) -> add(5).add(attempt);
            case TaskState.Stopping(var attempt, Stop stop) ->
                    add(6).add(attempt)
                            .add(stop.reason().name())
                            .add(stop.force())
                            .add(stop.number())
                            .add(stop.text());
            case TaskState.Finished(Outcome outcome, long wallMs) ->
                    add(7).add(outcome.verdict().name())
                            .add(outcome.code().name())
                            .add(outcome.text())
                            .add(outcome.hint())
                            .add(outcome.exitCode().isPresent())
                            .add(outcome.exitCode().orElse(0))
                            .add(wallMs);
        }
    }

    private void attempt(Attempt attempt) {
        add(attempt.id()).add(attempt.node().value()).add(attempt.nodeName());
        attempt.devices().forEach(this::share);
        attempt.loss().ifPresent(loss -> add(loss.lostAfterMs()).add(loss.fail()));
        add(attempt.placedWallMs()).add(attempt.startedWallMs()).add(attempt.pid());
        add(attempt.end().isPresent());
        attempt.end()
                .ifPresent(end -> {
                    result(end.result()).add(end.wallMs());
                    end.peaks().forEach(this::share);
                });
        attempt.overUse().ifPresent(this::share);
    }

    private Fingerprint result(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Exited(int code) -> add(1).add(code);
            case AttemptResult.LaunchFailed(var code, String text, String hint, int exit) ->
                    add(2).add(code.name()).add(text).add(hint).add(exit);
            case AttemptResult.NotStarted(String text) -> add(3).add(text);
            case AttemptResult.Vanished(String text) -> add(4).add(text);
            case AttemptResult.Lost(String text) -> add(5).add(text);
            case AttemptResult.OutOfMemory(int code, var fault, String text) ->
                    add(6).add(code).add(fault.name()).add(text);
        };
    }

    private void share(DeviceShare share) {
        add(share.index()).add(share.mib());
    }

    private void allocation(Allocation allocation) {
        add(allocation.attempt()).add(allocation.node().value()).add(allocation.hold().name());
        add(allocation.cpus()).add(allocation.whole());
        if (!allocation.trouble().isEmpty()) {
            add(allocation.trouble());
        }
        allocation.devices().forEach(this::share);
    }

    private void node(Node node) {
        NodeInventory inventory = node.inventory();
        add(node.id().value()).add(node.name()).add(node.agentVersion());
        add(node.identity().machineId()).add(node.identity().bootId());
        add(inventory.cpus()).add(inventory.memoryMib()).add(inventory.slots());
        add(inventory.labels().hashCode());
        inventory.devices().forEach(this::device);
        drain(node.drain());
        addIfSet(node.awayUntilMonoMs());
    }

    private void device(DeviceInfo device) {
        add(device.index()).add(device.uuid()).add(device.model());
        add(device.kind()).add(device.totalMib());
        addIfSet(device.driver());
        addIfSet(device.pciBusId());
        addIfSet(device.numaNode() + 1L);
        device.near().forEach(index -> add(index));
    }

    private void drain(@Nullable Drain drain) {
        add(drain != null);
        if (drain != null) {
            add(drain.reason()).add(drain.sinceWallMs());
            addIfSet(drain.stopAtMonoMs());
        }
    }

    private void group(Group group) {
        add(group.fullname()).add(group.open());
        group.hooks().ifPresent(this::hooks);
    }

    private void hooks(GroupHooks hooks) {
        python(hooks.python());
        switch (hooks.phase()) {
            case GroupHooks.Phase.Waiting _ -> add(1);
            case GroupHooks.Phase.Starting(var by) ->
                    add(2).add(by.task().value()).add(by.number()).add(by.epoch());
            case GroupHooks.Phase.Started _ -> add(3);
            case GroupHooks.Phase.Failed _ -> add(4);
            case GroupHooks.Phase.Ended(var node) -> add(5).add(node.map(NodeId::value).orElse(""));
        }
    }

    private void submission(Submission submission) {
        add(submission.id().value()).add(submission.digest()).add(submission.contextId());
        add(submission.runDir()).add(submission.acceptedWallMs());
        submission.tasks().forEach(task -> add(task.value()));
    }

    /** The id is made of the content. */
    private void context(Context context) {
        add(context.id());
    }
}
