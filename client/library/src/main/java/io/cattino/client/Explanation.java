package io.cattino.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a task waits and what would start it.
 *
 * @param task the task
 * @param reason what keeps it waiting, the most useful cause
 * @param vetoes one for each node that cannot take it now
 * @param ahead waiting tasks ahead of it
 * @param passedOver how often a task that ranks after it was started while it waited
 * @param suggestion what would be started at once if it asked for that instead; null: nothing like
 *     it
 * @param learnedMemory of a task with {@link Memory#auto}, what it asks of each model of device
 */
public record Explanation(
        TaskInfo task,
        Reason reason,
        List<Veto> vetoes,
        int ahead,
        int passedOver,
        @Nullable Suggestion suggestion,
        List<LearnedMemory> learnedMemory) {

    /** A smaller need, on as many devices, that a node has room for now. */
    public record Suggestion(DeviceNeed devices, String node) {}

    public Explanation {
        vetoes = List.copyOf(vetoes);
        learnedMemory = List.copyOf(learnedMemory);
    }
}
