package io.cattino.coordinator.core;

import io.cattino.coordinator.core.memory.MemoryBook;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.Task;
import java.util.List;
import java.util.Optional;

/**
 * Everything there is to say on why a task waits.
 *
 * @param vetoes one per node that cannot take it now, nearest first
 * @param ahead waiting tasks that rank before it
 * @param passedOver times a task that ranks after it was placed while it could not be
 * @param suggestion what would be placed at once if it asked for that instead
 * @param memory what it asks of each model, if that is learned from earlier runs
 */
public record Explanation(
        Task task,
        Reason reason,
        List<Veto> vetoes,
        int ahead,
        int passedOver,
        Optional<Suggestion> suggestion,
        List<MemoryBook.Estimate> memory) {
    /** A smaller need that there is room for now. */
    public record Suggestion(DeviceNeed devices, String node) {}

    public Explanation {
        vetoes = List.copyOf(vetoes);
        memory = List.copyOf(memory);
    }
}
