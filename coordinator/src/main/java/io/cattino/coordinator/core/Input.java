package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.DeviceShare;
import io.cattino.coordinator.core.model.Group;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.NodeIdentity;
import io.cattino.coordinator.core.model.NodeInventory;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.Squatter;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Telemetry;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.core.model.Where;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What arrived at the leader, checked for form at the edge. Carries its time, ids and everything
 * else that is not pure.
 */
public sealed interface Input {
    Time at();

    /** The leadership begins: the first input of a loop. */
    record Activated(Time at, long epoch, String owner) implements Input {}

    /** Agents are let in from now on: until here they may have been told that nobody leads. */
    record Serving(Time at) implements Input {}

    /** Time goes by: deadlines, retention, placement. */
    record Tick(Time at) implements Input {}

    /**
     * A submission.
     *
     * @param digest of the request
     * @param stamp the second of acceptance in the leader's zone, as a relative directory ({@code
     *     2026-11-23/08-00-01})
     * @param override empty: as the setting says
     * @param held indexes of the tasks that are accepted held
     */
    record Submit(
            Time at,
            SubmissionId id,
            String digest,
            String stamp,
            Context context,
            List<TaskSpec> tasks,
            List<Group> groups,
            List<EdgeSpec> edges,
            Optional<OverrideMode> override,
            boolean allowUnfit,
            Set<Integer> held)
            implements Input {
        public Submit {
            held = Set.copyOf(held);
        }
    }

    /** {@code to} (of this submission) waits for {@code from}; both task or group fullnames. */
    record EdgeSpec(String from, String to, Dependency.Condition condition) {}

    /**
     * A client's command under the id of its request: if it has changed something before, it is
     * answered as it was then and does nothing.
     *
     * @param digest of the request, to tell a repetition from another one under the same id
     */
    record Asked(String requestId, String digest, ClientCommand command) implements Input {
        @Override
        public Time at() {
            return command.at();
        }
    }

    /** What a client may ask for beside submissions. */
    sealed interface ClientCommand extends Input {}

    /** A command on tasks. */
    record Control(Time at, Verb verb, Selection selection) implements ClientCommand {}

    /** Names of tasks or groups, or every task the verb applies to. */
    record Selection(List<String> names, boolean all) {}

    /** What to do to tasks. */
    sealed interface Verb {
        record Cancel(String text) implements Verb {}

        record Resume() implements Verb {}

        record Rerun() implements Verb {}

        record Hold(String text) implements Verb {}

        record Kill(boolean force, String text) implements Verb {}

        record Remove() implements Verb {}
    }

    /** A new value for a waiting task. */
    record SetTask(Time at, String fullname, Attribute attribute) implements ClientCommand {}

    /** What can be changed of a waiting task. */
    sealed interface Attribute {
        record Priority(int value) implements Attribute {}

        record Devices(DeviceNeed need) implements Attribute {}

        /** Where it may run. */
        record Place(Where where) implements Attribute {}

        /** The last part of the fullname. */
        record Name(String name) implements Attribute {}

        /** What it waits for instead; names of tasks or groups. */
        record Parents(List<String> names, Dependency.Condition condition) implements Attribute {
            public Parents {
                names = List.copyOf(names);
            }
        }

        record Labels(SortedMap<String, String> labels) implements Attribute {
            public Labels {
                labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
            }
        }
    }

    record SetSetting(Time at, String key, String value) implements ClientCommand {}

    /**
     * No new tasks for a node.
     *
     * @param stopAfterMs what still runs there then is stopped and its task goes elsewhere; empty:
     *     it may stay until it ends
     */
    record DrainNode(Time at, String node, String reason, OptionalLong stopAfterMs)
            implements ClientCommand {}

    record UndrainNode(Time at, String node) implements ClientCommand {}

    /** An operator says that a sick device is well. */
    record UseDevice(Time at, String node, int device) implements ClientCommand {}

    /** Nobody is given up for so long, for a planned outage. */
    record HoldFences(Time at, long durationMs) implements ClientCommand {}

    /** An operator says that the machine is gone for good, and everything on it with it. */
    record ForgetNode(Time at, String node) implements ClientCommand {}

    /** An all-in-one server is asked to exit: its running tasks become Cancelled. */
    record Exit(Time at) implements Input {}

    /**
     * An agent opened a session.
     *
     * @param generation of the stream; rises with every session of every agent
     * @param running everything it runs
     */
    record AgentConnected(
            Time at,
            long generation,
            NodeIdentity identity,
            NodeInventory inventory,
            String agentVersion,
            List<RunningAttempt> running,
            List<AgentReport> reports)
            implements Input {}

    /**
     * An attempt that an agent runs.
     *
     * @param pid 0 if not started yet
     */
    record RunningAttempt(
            AttemptId attempt, long pid, long startedWallMs, List<DeviceShare> devices) {}

    /** Something happened to attempts on a node. */
    record AgentReported(Time at, NodeId node, long generation, List<AgentReport> reports)
            implements Input {}

    /**
     * One thing that happened to an attempt.
     *
     * @param sequence of the agent, for the acknowledgement
     */
    record AgentReport(long sequence, AttemptId attempt, long wallMs, AttemptEvent event) {}

    /** What an agent can tell of an attempt. */
    sealed interface AttemptEvent {
        record Started(long pid) implements AttemptEvent {}

        /**
         * It is over.
         *
         * @param groupsStarted of the groups whose on_start it was to run, in the order of the
         *     launch: how many had that behind them
         * @param peaks the most it was seen to use of devices
         * @param shortage if it ended for want of memory
         * @param note what else people should know of its end; may be empty
         */
        record Ended(
                AttemptResult result,
                int groupsStarted,
                List<DeviceShare> peaks,
                Optional<Shortage> shortage,
                String note)
                implements AttemptEvent {
            public Ended {
                peaks = List.copyOf(peaks);
            }

            /** Of which there is no more to say. */
            public Ended(AttemptResult result, int groupsStarted, List<DeviceShare> peaks) {
                this(result, groupsStarted, peaks, Optional.empty(), "");
            }
        }

        record Released() implements AttemptEvent {}

        record Stranded(String text) implements AttemptEvent {}
    }

    /**
     * That an attempt ended for want of memory, and who had it, as its agent saw it.
     *
     * @param ofHost of the host's, not of a device's
     * @param promised what it was promised of the device where it had the least left; empty:
     *     nothing
     * @param leftMib what all others left it there; empty: not known
     * @param neighbour who used most more than it was promised there
     * @param squatter the largest there that is no attempt's
     */
    record Shortage(
            boolean ofHost,
            Optional<DeviceShare> promised,
            OptionalLong leftMib,
            Optional<AttemptUse> neighbour,
            Optional<Squatter> squatter) {}

    /** A heartbeat and the samples that came with it. */
    record AgentSampled(
            Time at,
            NodeId node,
            long generation,
            List<DeviceSample> devices,
            Set<NodeTrouble> troubles)
            implements Input {
        public AgentSampled {
            troubles = Collections.unmodifiableSortedSet(new TreeSet<>(troubles));
        }
    }

    /** Whether another coordinator stands by to lead, as far as one can see. */
    record StandbysSeen(Time at, boolean any) implements Input {}

    /**
     * What a device looks like now.
     *
     * @param unknown the probe cannot tell: no placements on it
     * @param squatters the largest of the processes that are no attempt's; for people
     * @param telemetry for people
     * @param sickness why nothing new is placed on it until it is well, for people; empty: it is
     */
    record DeviceSample(
            int index,
            long usedMib,
            List<AttemptUse> attempts,
            boolean unknown,
            List<Squatter> squatters,
            Telemetry telemetry,
            String sickness) {
        /** One of which no more is known, that is well. */
        public DeviceSample(
                int index,
                long usedMib,
                List<AttemptUse> attempts,
                boolean unknown,
                List<Squatter> squatters) {
            this(index, usedMib, attempts, unknown, squatters, Telemetry.NONE, "");
        }

        /** One without squatters that are known by name. */
        public DeviceSample(int index, long usedMib, List<AttemptUse> attempts, boolean unknown) {
            this(index, usedMib, attempts, unknown, List.of());
        }

        /** The same with other uses. */
        DeviceSample with(long used, List<AttemptUse> uses) {
            return new DeviceSample(index, used, uses, unknown, squatters, telemetry, sickness);
        }

        public boolean sick() {
            return !sickness.isEmpty();
        }
    }

    record AttemptUse(AttemptId attempt, long usedMib) {}

    /** A session's stream broke. */
    record AgentGone(Time at, NodeId node, long generation) implements Input {}

    /**
     * A planned stop of the agent.
     *
     * @param awayMs how long it means to be away
     */
    record AgentGoodbye(Time at, NodeId node, long generation, long awayMs) implements Input {}

    /** Journal the state's fingerprint, so that replay can be proved against it. */
    record TakeCheckpoint(Time at) implements Input {}
}
