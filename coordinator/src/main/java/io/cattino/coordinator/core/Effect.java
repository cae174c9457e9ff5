package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskSpec;
import java.util.List;
import java.util.Optional;

/**
 * What to do outside, after the facts are durable. Idempotent, and derivable again from the state:
 * an effect that was lost is made again when the agent's next hello shows that it was.
 */
public sealed interface Effect {
    NodeId node();

    /**
     * Start an attempt.
     *
     * @param starts groups whose on_start runs before it, outer before inner
     * @param loss what becomes of it when the node stays out of contact; empty: nothing
     */
    record Launch(
            NodeId node,
            AttemptId attempt,
            TaskSpec spec,
            Context context,
            String runDir,
            List<DeviceShare> devices,
            List<Group> starts,
            Optional<ContactLoss> loss)
            implements Effect {
        public Launch {
            devices = List.copyOf(devices);
            starts = List.copyOf(starts);
        }
    }

    /**
     * Stop an attempt: TERM, grace, KILL, or with {@code force} KILL at once.
     *
     * @param reason CamelCase
     */
    record Signal(NodeId node, AttemptId attempt, int number, boolean force, String reason)
            implements Effect {}

    /** Kill at once whatever there is of an attempt that must not run. */
    record Kill(NodeId node, AttemptId attempt) implements Effect {}

    /**
     * Use a device again that the agent took out of use. Only said once: an operator whose word was
     * lost sees that the device is still sick.
     */
    record UseDevice(NodeId node, String uuid) implements Effect {}

    /** The leader needs nothing more of the attempt; the agent may bury its record. */
    record Forget(NodeId node, AttemptId attempt) implements Effect {}
}
