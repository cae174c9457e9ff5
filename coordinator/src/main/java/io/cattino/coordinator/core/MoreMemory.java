package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.DeviceInfo;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.MemoryAsk;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.placement.Placer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
        return spec.oomRetry().wanted()
                        && spec.devices() instanceof DeviceNeed.Shared(int count, MemoryAsk ask)
                ? raised(spec, ask, peaks, nodes)
                        .map(more -> spec.withDevices(new DeviceNeed.Shared(count, more)))
                : Optional.empty();
    }

    private static Optional<MemoryAsk> raised(
            TaskSpec spec, MemoryAsk ask, List<DeviceShare> peaks, Collection<Node> nodes) {
        OomRetry retry = spec.oomRetry();
        return switch (ask) {
            case MemoryAsk.Mib(long asked) -> {
                long peak = peaks.stream().mapToLong(DeviceShare::mib).max().orElse(0);
                long more = retry.raise(Math.max(asked, peak));
                long most = Math.min(more, largest(spec, nodes));
                yield most > asked ? Optional.of(new MemoryAsk.Mib(most)) : Optional.empty();
            }
            case MemoryAsk.Share(int ppm) ->
                    ppm < ALL_PPM
                            ? Optional.of(
                                    new MemoryAsk.Share((int) Math.min(ALL_PPM, retry.raise(ppm))))
                            : Optional.empty();
        };
    }

    /** MiB that each of as many devices of one node has at most. */
    private static long largest(TaskSpec spec, Collection<Node> nodes) {
        return nodes.stream()
                .filter(node -> Placer.couldEverHold(spec, node))
                .mapToLong(node ->
                        node.inventory().devices().stream()
                                .map(DeviceInfo::totalMib)
                                .sorted(Comparator.reverseOrder())
                                .skip(spec.devices().count() - 1L)
                                .findFirst()
                                .orElse(0L))
                .max()
                .orElse(0);
    }
}
