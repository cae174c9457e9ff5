package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Allocation;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Drain;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.GroupHooks;
import io.cattino.coordinator.core.model.MemoryRun;
import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.Outcome;
import io.cattino.coordinator.core.model.Requeue;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Stop;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Work;
import java.util.List;
import java.util.Optional;

/**
 * What became true. The only thing the journal holds; its ordinal is the revision. Applying an old
 * fact must work for ever: add kinds and fields, never change a meaning.
 */
public sealed interface Fact {
    /** When the loop took the input that made it. */
    Time at();

    /** A leadership began. */
    record EpochBegan(Time at, long epoch, String owner) implements Fact {}

    /**
     * A submission was accepted, whole. Task ids run from {@code firstTask} in the order of {@code
     * tasks}.
     */
    record Submitted(
            Time at,
            SubmissionId submission,
            String digest,
            Context context,
            String runDir,
            long firstTask,
            List<NewTask> tasks,
            List<Group> groups)
            implements Fact {
        public Submitted {
            tasks = List.copyOf(tasks);
            groups =
                    groups.stream()
                            .map(group -> group.with(new GroupHooks.Phase.Waiting()))
                            .toList();
        }
    }

    /** One task of a submission, its parents resolved to ids. */
    record NewTask(TaskSpec spec, List<Dependency> parents) {
        public NewTask {
            parents = List.copyOf(parents);
        }
    }

    /**
     * Every task of a group is over: its on_end is a task from here on, to be run where the last
     * one ended; anywhere if those that ran are forgotten.
     */
    record GroupEnding(Time at, String group, TaskId task, Optional<NodeId> node) implements Fact {}

    /**
     * A node was chosen for a task; the allocation is held from here on.
     *
     * @param loss what becomes of it when the node stays out of contact; empty: nothing
     */
    record Placed(Time at, Allocation allocation, String nodeName, Optional<ContactLoss> loss)
            implements Fact {
        public AttemptId attempt() {
            return allocation.attempt();
        }
    }

    /** The agent reported the command's start. */
    record Started(Time at, AttemptId attempt, long pid, long startedWallMs) implements Fact {}

    /** Somebody wants the attempt to stop. */
    record StopRequested(Time at, AttemptId attempt, Stop stop) implements Fact {}

    /**
     * An attempt ended; its allocation is being cleaned. What becomes of the task is a fact of its
     * own, right after.
     *
     * @param groupsStarted so many of the groups whose on_start it was to run have started, outer
     *     before inner; if an on_start failed, it was that of the next
     * @param peaks the most it was seen to use of its devices
     */
    record Ended(
            Time at,
            AttemptId attempt,
            AttemptResult result,
            long endedWallMs,
            int groupsStarted,
            List<DeviceShare> peaks)
            implements Fact {
        public Ended {
            peaks = List.copyOf(peaks);
        }
    }

    /**
     * An attempt was seen to use more of a device than it was promised, for the first time.
     *
     * @param used of that device, all together
     */
    record OverUsed(Time at, AttemptId attempt, DeviceShare used) implements Fact {}

    /** Nothing of the attempt is left on its node. */
    record Released(Time at, AttemptId attempt) implements Fact {}

    /** Something of the attempt could not be killed. */
    record Quarantined(Time at, AttemptId attempt, String text) implements Fact {}

    /**
     * The task waits for another attempt.
     *
     * @param notBeforeMonoMs cluster time of its earliest start; 0: none
     */
    record Requeued(Time at, TaskId task, Requeue kind, long notBeforeMonoMs) implements Fact {}

    /** The task waits for a person. */
    record Held(Time at, TaskId task, String text) implements Fact {}

    /** The task ended. */
    record Finished(Time at, TaskId task, Outcome outcome) implements Fact {}

    /** A person started a finished or held task afresh. */
    record Resumed(Time at, TaskId task) implements Fact {}

    /** The tasks are forgotten, by a person or by retention. */
    record Purged(Time at, List<TaskId> tasks) implements Fact {
        public Purged {
            tasks = List.copyOf(tasks);
        }
    }

    /** Old submission ids nobody's task belongs to any more are forgotten. */
    record SubmissionsForgotten(Time at, List<SubmissionId> submissions) implements Fact {
        public SubmissionsForgotten {
            submissions = List.copyOf(submissions);
        }
    }

    /**
     * A waiting task's priority, devices, labels or, before its first attempt, the last part of its
     * name were changed.
     */
    record Changed(Time at, TaskId task, TaskSpec spec) implements Fact {}

    /** What a waiting task waits for was changed. */
    record ParentsChanged(Time at, TaskId task, List<Dependency> parents) implements Fact {
        public ParentsChanged {
            parents = List.copyOf(parents);
        }
    }

    /** The cluster's settings, all of them as they are now. */
    record SettingsChanged(Time at, Settings settings) implements Fact {}

    /**
     * A node said hello for the first time, after a boot, or with another inventory; its drain
     * stays as it was.
     */
    record NodeRegistered(Time at, Node node) implements Fact {}

    /** A node was drained, or, empty, undrained. */
    record DrainSet(Time at, NodeId node, Optional<Drain> drain) implements Fact {}

    /** An operator gave the node up: nothing on it runs any more. */
    record NodeForgotten(Time at, NodeId node) implements Fact {}

    /** Its agent was stopped as planned, and means to be back by then, of cluster time. */
    record NodeAway(Time at, NodeId node, long untilMonoMs) implements Fact {}

    /** No node is given up, and no attempt on one in contact fenced, until then. */
    record FenceHoldSet(Time at, long untilMonoMs) implements Fact {}

    /**
     * A client's command changed something; what it was answered, for when it comes again.
     *
     * @param digest of the request, to tell a repetition from another one under the same id
     */
    record Answered(Time at, String requestId, String digest, Answer answer) implements Fact {}

    /** So many of the oldest answers are forgotten. */
    record AnswersForgotten(Time at, int count) implements Fact {}

    /** An attempt that has ended tells what its work takes of devices of this model. */
    record MemoryMeasured(Time at, AttemptId attempt, Work work, String model, MemoryRun run)
            implements Fact {}

    /**
     * The leader's state had this fingerprint right before this fact: replay proves itself against
     * it.
     */
    record Checkpoint(Time at, long fingerprint) implements Fact {}
}
