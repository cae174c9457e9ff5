package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.placement.Placer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a task that had too little memory is tried with next. */
final class MoreMemory {
    private static final int ALL_PPM = 1_000_000;

    private MoreMemory() {}

    /**
     * The task with a larger request, at most what some node could hold; empty if it asked for that
     * already, asks for no memory, or is not to be tried again.
     *
     * @param peaks the most that its attempt was seen to use
     */
    static Optional<TaskSpec> of(Task task, List<DeviceShare> peaks, Collection<Node> nodes) {
        TaskSpec spec = task.spec();
        return isTriedAgain(spec)
                        && spec.devices() instanceof DeviceNeed.Shared(int count, MemoryAsk ask)
                ? raised(task, ask, peaks, nodes)
                        .map(more -> spec.withDevices(new DeviceNeed.Shared(count, more)))
                : Optional.empty();
    }

    /** Whether a task that ended for want of memory is: who lets us say how much is, too. */
    static boolean isTriedAgain(TaskSpec spec) {
        return switch (spec.devices()) {
            case DeviceNeed.None _ -> false; // there is no request to raise
            case DeviceNeed.Shared(_, MemoryAsk.Auto _) -> true;
            case DeviceNeed.Shared _, DeviceNeed.Whole _ -> spec.oomRetry().wanted();
        };
    }

    private static Optional<MemoryAsk> raised(
            Task task, MemoryAsk ask, List<DeviceShare> peaks, Collection<Node> nodes) {
        TaskSpec spec = task.spec();
        OomRetry retry = spec.oomRetry();
        return switch (ask) {
            case MemoryAsk.Mib(long asked) -> {
                long peak = peaks.stream().mapToLong(DeviceShare::mib).max().orElse(0);
                long more = retry.raise(Math.max(asked, peak));
                long most = Math.min(more, largest(task, nodes));
                yield most > asked ? Optional.of(new MemoryAsk.Mib(most)) : Optional.empty();
            }
            case MemoryAsk.Auto _, MemoryAsk.Learned _ ->
                    hadAll(task, nodes) ? Optional.empty() : Optional.of(ask);
            case MemoryAsk.Share(int ppm) ->
                    ppm < ALL_PPM
                            ? Optional.of(
                                    new MemoryAsk.Share((int) Math.min(ALL_PPM, retry.raise(ppm))))
                            : Optional.empty();
        };
    }

    /** Whether its attempt had all there is of one of its devices: nothing more can be learned. */
    private static boolean hadAll(Task task, Collection<Node> nodes) {
        Attempt last = task.attempts().getLast();
        return devicesOfLast(task, nodes)
                .anyMatch(device -> last.promised(device.index()) >= device.totalMib());
    }

    /** MiB that each of as many devices of one node has at most, of those that it may have. */
    private static long largest(Task task, Collection<Node> nodes) {
        TaskSpec spec = task.spec();
        boolean onHost =
                devicesOfLast(task, nodes).anyMatch(DeviceInfo::isHost); // else on a GPU again
        return nodes.stream()
                .filter(node -> Placer.couldEverHold(spec, node))
                .mapToLong(node ->
                        node.inventory().devices().stream()
                                .filter(device -> device.isHost() == onHost)
                                .filter(device -> Placer.mayHave(spec, device))
                                .map(DeviceInfo::totalMib)
                                .sorted(Comparator.reverseOrder())
                                .skip(spec.devices().count() - 1L)
                                .findFirst()
                                .orElse(0L))
                .max()
                .orElse(0);
    }

    /** Those of the node that its last attempt was on, as far as that is still known. */
    private static Stream<DeviceInfo> devicesOfLast(Task task, Collection<Node> nodes) {
        NodeId last = task.attempts().getLast().node();
        return nodes.stream()
                .filter(node -> node.id().equals(last))
                .flatMap(node -> node.inventory().devices().stream());
    }
}
