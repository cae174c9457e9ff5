package io.cattino.coordinator.core;

import io.cattino.coordinator.core.TaskLifecycle.Trigger;
import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Task;
import java.util.List;
import java.util.Optional;

/**
 * Gives up the attempts of nodes that stayed out of contact for longer than the attempts may be
 * (law 6c): their nodes' fences have killed them by now. What they hold stays withheld until the
 * node is back and shows it free.
 */
final class LostContact {
    private LostContact() {}

    static void look(Turn turn, Observations observations) {
        if (!observations.isServing()) {
            return;
        }
        for (Node node : List.copyOf(turn.state().nodes())) {
            long silent = turn.at().monoMs() - observations.silentSinceMonoMs(node.id());
            if (silent < LossPolicy.SHORTEST_MS) {
                continue;
            }
            for (Allocation held : List.copyOf(turn.state().allocationsOn(node.id()))) {
                turn.live(held.attempt()).ifPresent(task -> look(turn, node, task, silent));
            }
        }
    }

    private static void look(Turn turn, Node node, Task task, long silentMs) {
        Attempt attempt = task.attempts().getLast();
        Optional<ContactLoss> loss = attempt.loss();
        if (loss.isPresent() && silentMs >= loss.get().lostAfterMs()) {
            String text =
                    "node "
                            + node.name()
                            + " was out of contact for "
                            + loss.get().lostAfterMs() / 1_000
                            + " s";
            TaskDesk.rule(
                    turn,
                    task,
                    new Trigger.Ended(
                            attempt.id(), new AttemptResult.Lost(text), turn.at().wallMs()));
        }
    }
}
