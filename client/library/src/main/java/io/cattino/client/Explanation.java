package io.cattino.client;

import java.util.List;

/**
 * Why a task waits and what would start it.
 *
 * @param task the task
 * @param reason what keeps it waiting, the most useful cause
 * @param vetoes one for each node that cannot take it now
 * @param ahead waiting tasks ahead of it
 * @param passedOver how often a task that ranks after it was started while it waited
 */
public record Explanation(
        TaskInfo task, Reason reason, List<Veto> vetoes, int ahead, int passedOver) {

    public Explanation {
        vetoes = List.copyOf(vetoes);
    }
}
