package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.Time;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The state as readers may see it, on the loop's thread only. */
public interface View {
    ClusterState state();

    /** When the newest input was taken. */
    Time now();

    /** Why the task is where it is. */
    Reason reason(Task task);

    /** Waiting, and nothing but a person can change that. */
    boolean stuck(Task task);

    /** Everything there is to say on why it waits. */
    Explanation explain(Task task);

    /** What would become of a submission if it were handed in now. */
    Outlook outlook(Input.Submit submit);

    /** Where these stored tasks are, or would be placed at the next look. */
    List<Prospect> prospects(List<Task> tasks);

    NodeHealth health(NodeId node);

    /** What is left of a fence hold, in milliseconds; 0: there is none. */
    default long fenceHoldMs() {
        return Math.max(0, state().fenceHoldUntilMonoMs() - now().monoMs());
    }

    /** What the node's agent sent last, by device index; empty if it is not connected. */
    Optional<Contact> contact(NodeId node);

    /**
     * A session with an agent, as far as the core cares. Never journaled.
     *
     * @param heardMonoMs cluster time of the newest message
     * @param samples newest, by device index
     * @param orphans attempts it runs that no journal knows
     * @param troubles of the newest heartbeat
     */
    record Contact(
            long generation,
            boolean connected,
            long heardMonoMs,
            long heardWallMs,
            List<Input.DeviceSample> samples,
            List<Input.RunningAttempt> orphans,
            Set<NodeTrouble> troubles) {
        public Contact {
            samples = List.copyOf(samples);
            orphans = List.copyOf(orphans);
        }

        Contact heard(Time at) {
            return new Contact(
                    generation, connected, at.monoMs(), at.wallMs(), samples, orphans, troubles);
        }

        Contact broken() {
            return new Contact(
                    generation, false, heardMonoMs, heardWallMs, samples, orphans, troubles);
        }

        Contact with(Set<NodeTrouble> value) {
            return new Contact(
                    generation, connected, heardMonoMs, heardWallMs, samples, orphans, value);
        }

        Contact withSamples(List<Input.DeviceSample> value) {
            return new Contact(
                    generation, connected, heardMonoMs, heardWallMs, value, orphans, troubles);
        }

        Contact without(AttemptId orphan) {
            return new Contact(
                    generation,
                    connected,
                    heardMonoMs,
                    heardWallMs,
                    samples,
                    orphans.stream().filter(o -> !o.attempt().equals(orphan)).toList(),
                    troubles);
        }
    }
}
