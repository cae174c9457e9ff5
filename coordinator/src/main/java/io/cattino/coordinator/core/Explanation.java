package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Task;
import java.util.List;

/**
 * Everything there is to say on why a task waits.
 *
 * @param vetoes one per node that cannot take it now, nearest first
 * @param ahead waiting tasks that rank before it
 * @param passedOver times a task that ranks after it was placed while it could not be
 */
public record Explanation(Task task, Reason reason, List<Veto> vetoes, int ahead, int passedOver) {
    public Explanation {
        vetoes = List.copyOf(vetoes);
    }
}
