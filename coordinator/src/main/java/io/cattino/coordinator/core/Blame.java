package io.cattino.coordinator.core;

import io.cattino.coordinator.core.Input.AttemptEvent;
import io.cattino.coordinator.core.Input.AttemptUse;
import io.cattino.coordinator.core.Input.Shortage;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory;
import io.cattino.coordinator.core.model.AttemptResult.OutOfMemory.Fault;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.Task;
import java.util.Optional;

/**
 * Whose fault it was that an attempt ended for want of memory: its own if it could have had all
 * that it was promised, else of those who took of it.
 */
final class Blame {
    /** MiB that are nobody's fault: two samples differ by as much. */
    private static final long SLACK_MIB = 64;

    private final ClusterState state;
    private final Attempt attempt;
    private final int code;

    private Blame(ClusterState state, Attempt attempt, int code) {
        this.state = state;
        this.attempt = attempt;
        this.code = code;
    }

    /** How the attempt ended, with the verdict if memory was short. */
    static AttemptResult result(ClusterState state, Task task, AttemptEvent.Ended end) {
        return end.result() instanceof AttemptResult.Exited(int code) && code != 0 && code != 100
                ? end.shortage()
                        .<AttemptResult>map(shortage ->
                                new Blame(state, task.attempts().getLast(), code)
                                        .verdict(shortage, end))
                        .orElse(end.result())
                : end.result();
    }

    private OutOfMemory verdict(Shortage shortage, AttemptEvent.Ended end) {
        if (shortage.ofHost()) {
            return new OutOfMemory(
                    code,
                    Fault.UNKNOWN,
                    "the host ran out of memory, of which it had asked for none");
        }
        if (attempt.devices().isEmpty()) {
            return new OutOfMemory(
                    code, Fault.OWN, "it wanted device memory and had asked for none");
        }
        Optional<DeviceShare> promised =
                shortage.promised()
                        .flatMap(share ->
                                attempt.devices().stream()
                                        .filter(given -> given.index() == share.index())
                                        .findFirst());
        if (promised.isEmpty() || shortage.leftMib().isEmpty()) {
            return new OutOfMemory(
                    code, Fault.UNKNOWN, "it ran out of device memory; who had it is not known");
        }
        long left = shortage.leftMib().getAsLong();
        return left + SLACK_MIB >= promised.get().mib()
                ? own(promised.get(), end)
                : others(promised.get(), left, shortage);
    }

    private OutOfMemory own(DeviceShare promised, AttemptEvent.Ended end) {
        String used =
                end.peaks().stream()
                        .filter(peak -> peak.index() == promised.index())
                        .findFirst()
                        .map(peak -> ", and was seen to use " + peak.mib())
                        .orElse("");
        return new OutOfMemory(
                code,
                Fault.OWN,
                "it wanted more than the %d MiB of %s that it had asked for%s"
                        .formatted(promised.mib(), name(promised.index()), used));
    }

    private OutOfMemory others(DeviceShare promised, long left, Shortage shortage) {
        String who = who(promised.index(), shortage);
        return new OutOfMemory(
                code,
                Fault.OTHERS,
                "%s had %d MiB left of the %d that it had asked for%s"
                        .formatted(
                                name(promised.index()),
                                left,
                                promised.mib(),
                                who.isEmpty() ? "" : ": " + who));
    }

    /** Whoever took most of what was not theirs. */
    private String who(int device, Shortage shortage) {
        Optional<AttemptUse> neighbour = shortage.neighbour();
        long over = neighbour.map(use -> use.usedMib() - promised(use, device)).orElse(0L);
        long foreign = shortage.squatter().map(Squatter::usedMib).orElse(0L);
        if (over <= 0 && foreign == 0) {
            return "";
        }
        return over >= foreign
                ? "%s used %d, %d more than it had asked for"
                        .formatted(
                                state.task(neighbour.get().attempt().task())
                                        .map(Task::fullname)
                                        .orElse("another task"),
                                neighbour.get().usedMib(),
                                over)
                : "%s used %d".formatted(shortage.squatter().get().text(), foreign);
    }

    private long promised(AttemptUse use, int device) {
        return state.task(use.attempt().task())
                .flatMap(task -> task.attempt(use.attempt()))
                .map(other -> other.promised(device))
                .orElse(0L);
    }

    private String name(int device) {
        boolean host =
                state.node(attempt.node()).stream()
                        .flatMap(node -> node.inventory().devices().stream())
                        .anyMatch(each -> each.index() == device && each.isHost());
        return host ? "the host's memory" : "device " + device;
    }
}
