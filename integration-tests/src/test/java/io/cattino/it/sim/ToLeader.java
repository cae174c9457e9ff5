package io.cattino.it.sim;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import java.util.List;

/** What an agent says in a session. */
sealed interface ToLeader {
    record Hello(
            long highestEpoch,
            NodeIdentity identity,
            NodeInventory inventory,
            List<Input.RunningAttempt> running,
            List<Input.AgentReport> reports)
            implements ToLeader {}

    record Heartbeat(long sentMs, List<Input.DeviceSample> samples) implements ToLeader {}

    record Report(Input.AgentReport report) implements ToLeader {}
}
