package io.cattino.coordinator.core;

import io.cattino.coordinator.core.memory.MemoryBook;
import io.cattino.coordinator.core.memory.WorkIdentity;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory.Fault;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Memory that is learned: says of what work a task is that asks for as much as its runs took, and
 * what a run tells when it ends. What is believed of a run is settled here, and journaled.
 */
final class MemoryDesk {
    /** One that goes on for so long has shown what it takes, however it ends. */
    static final long SETTLED_MS = 600_000;

    private MemoryDesk() {}

    /** The task with the identity of its work, if it asks by that. */
    static TaskSpec identified(ClusterState state, TaskSpec spec, Context context) {
        if (!(spec.devices() instanceof DeviceNeed.Shared(int count, MemoryAsk.Auto _))) {
            return spec;
        }
        Work work = state.memory().known(WorkIdentity.of(spec, context));
        return spec.withDevices(new DeviceNeed.Shared(count, new MemoryAsk.Auto(work)));
    }

    /** The same of a task that is stored, with other devices. */
    static TaskSpec identified(ClusterState state, Task task, DeviceNeed devices) {
        TaskSpec spec = task.spec().withDevices(devices);
        return identified(state, spec, context(state, task).orElseThrow());
    }

    /** Empty of a task that was forgotten with its submission. */
    private static Optional<Context> context(ClusterState state, Task task) {
        return state.submission(task.submission())
                .flatMap(submission -> state.context(submission.contextId()));
    }

    /**
     * Learns from an attempt that has ended, whatever its task asked for. One that failed soon has
     * shown only what it takes at least.
     *
     * @param endedWallMs by the clock of its node
     */
    static void ended(
            Turn turn,
            Task task,
            AttemptId attempt,
            AttemptResult result,
            long endedWallMs,
            List<DeviceShare> peaks) {
        if (result instanceof AttemptResult.OutOfMemory(_, Fault fault, _) && fault == Fault.OWN) {
            outOfMemory(turn, task, attempt);
        }
        if (peaks.isEmpty()) {
            return;
        }
        long startedWallMs =
                task.attempt(attempt)
                        .map(Attempt::startedWallMs)
                        .filter(at -> at > 0)
                        .orElse(endedWallMs);
        boolean complete =
                result.equals(new AttemptResult.Exited(0))
                        || endedWallMs - startedWallMs >= SETTLED_MS;
        learn(turn, task, attempt, peaks, complete);
    }

    /**
     * Learns from an attempt that its device had not enough memory for: it takes half as much again
     * as it was promised, or more.
     */
    static void outOfMemory(Turn turn, Task task, AttemptId attempt) {
        List<DeviceShare> least =
                task.attempt(attempt).stream()
                        .flatMap(each -> each.devices().stream())
                        .map(share ->
                                new DeviceShare(share.index(), Math.ceilDiv(share.mib() * 3, 2)))
                        .toList();
        learn(turn, task, attempt, least, false);
    }

    private static void learn(
            Turn turn, Task task, AttemptId attempt, List<DeviceShare> used, boolean complete) {
        Optional<Context> context = context(turn.state(), task);
        if (context.isEmpty()) {
            return; // removed while it ran
        }
        MemoryBook memory = turn.state().memory();
        Work work = WorkIdentity.of(task.spec(), context.get());
        highestByModel(turn.state(), task, attempt, used)
                .forEach((model, mib) -> {
                    MemoryRun run = new MemoryRun(mib, complete);
                    if (memory.tells(work, model, run)) {
                        turn.emit(new Fact.MemoryMeasured(turn.at(), attempt, work, model, run));
                    }
                });
    }

    /**
     * By the inventory of its node as it is known now. What an agent says may be anything: no more
     * is believed than what is all the same.
     */
    private static Map<String, Long> highestByModel(
            ClusterState state, Task task, AttemptId attempt, List<DeviceShare> used) {
        Map<String, Long> highest = new TreeMap<>();
        List<DeviceInfo> devices =
                task.attempt(attempt).flatMap(each -> state.node(each.node())).stream()
                        .flatMap(node -> node.inventory().devices().stream())
                        .toList();
        for (DeviceShare share : used) {
            for (DeviceInfo device : devices) {
                long mib = Math.min(share.mib(), 2 * device.totalMib());
                if (device.index() == share.index() && mib > 0) {
                    highest.merge(device.model(), mib, Math::max);
                }
            }
        }
        return highest;
    }

    /** What a task asks of the models of the farm as things are; nothing if it says so itself. */
    static List<MemoryBook.Estimate> estimates(ClusterState state, TaskSpec spec) {
        if (!(spec.devices() instanceof DeviceNeed.Shared(_, MemoryAsk.Auto(Work work)))) {
            return List.of();
        }
        Map<String, DeviceInfo> largest = new TreeMap<>();
        state.nodes().stream()
                .flatMap(node -> node.inventory().devices().stream())
                .forEach(device ->
                        largest.merge(
                                device.model(),
                                device,
                                (a, b) -> a.totalMib() >= b.totalMib() ? a : b));
        List<MemoryBook.Estimate> estimates = new ArrayList<>();
        largest.values().forEach(device -> estimates.add(state.memory().estimate(work, device)));
        return estimates;
    }
}
