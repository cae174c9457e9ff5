package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.TaskId;
import java.util.List;

/**
 * What a client's command was answered, as far as the state cannot tell it when the command comes
 * again.
 */
public sealed interface Answer {
    /** What it did to tasks. */
    record Changes(List<Reply.Change> changes) implements Answer {
        public Changes {
            changes = List.copyOf(changes);
        }
    }

    /** The task, as it is when it is asked for. */
    record OfTask(TaskId task) implements Answer {}

    /** The node, as it was. */
    record OfNode(Node node) implements Answer {}

    /** The settings, as they are when they are asked for. */
    record OfSettings() implements Answer {}

    /** The fence hold, as it is when it is asked for. */
    record OfFenceHold() implements Answer {}
}
