package io.cattino.agent.core;

import java.util.List;
import java.util.Optional;

/** What the core is told. Every input carries the moment at which the loop took it. */
public sealed interface AgentInput {

    /** When the loop took it. */
    Moment at();

    /** From the leader; obeyed only on the current stream and in the highest epoch. */
    sealed interface Command extends AgentInput {

        /** Of the stream it came by. */
        long generation();

        /** Of the leader. */
        long epoch();
    }

    /** The leader: start an attempt. */
    record Launch(
            Moment at,
            long generation,
            long epoch,
            AttemptId id,
            List<DevicePromise> devices,
            long graceMs)
            implements Command {}

    /** The leader: stop an attempt; TERM means TERM, grace, KILL. Hooks look at the reason. */
    record Signal(
            Moment at,
            long generation,
            long epoch,
            AttemptId id,
            int number,
            SignalKind kind,
            String reason)
            implements Command {}

    /** The leader: these reports are durable. */
    record ReportAcked(Moment at, long generation, long epoch, List<Long> sequences)
            implements Command {}

    /** The leader: the attempt is finished. */
    record Forget(Moment at, long generation, long epoch, AttemptId id) implements Command {}

    /** The link: a Hello with every unacknowledged report up to now was put on a new stream. */
    record HelloMade(Moment at) implements AgentInput {}

    /** The link: a leader welcomed this agent. */
    record Connected(Moment at, long generation, long epoch) implements AgentInput {}

    /** The link: the stream is gone. */
    record Disconnected(Moment at, long generation) implements AgentInput {}

    /**
     * The loop: it could do nothing for so long. What lies in front of it may be of before that.
     */
    record Frozen(Moment at, long millis) implements AgentInput {}

    /** At start: an attempt of an earlier agent was found in the data directory. */
    record Recovered(
            Moment at, AttemptId id, List<DevicePromise> devices, long graceMs, Found found)
            implements AgentInput {}

    /** What was found of an attempt of an earlier agent. */
    sealed interface Found {

        /** It started; further inputs tell about its command. */
        record Alive() implements Found {}

        /** Its order was written, and no supervisor was seen; one may still come up. */
        record Ordered() implements Found {}

        /** It started; its supervisor is gone and left no exit code. */
        record Gone(boolean stopMarked, Course course) implements Found {}

        /** Its end had been decided already. */
        record Decided(End end) implements Found {}

        /** Its records are lost; its processes are alive, found by their marker. */
        record Orphan(long pid, long startWallMs) implements Found {}

        /** The leader had forgotten it. */
        record Buried(End end, long untilWallMs) implements Found {}
    }

    /** The launcher: the supervisor was spawned. */
    record Spawned(Moment at, AttemptId id) implements AgentInput {}

    /** The launcher: the supervisor was not spawned, and never will be (its start was claimed). */
    record SpawnFailed(Moment at, AttemptId id, AttemptResult result) implements AgentInput {}

    /** The watcher: the command runs. */
    record ProcessStarted(Moment at, AttemptId id, long pid, long startWallMs)
            implements AgentInput {}

    /** The watcher: the supervisor recorded the command's end, or the fence killed both. */
    record ProcessEnded(
            Moment at, AttemptId id, AttemptResult result, long endWallMs, Course course)
            implements AgentInput {}

    /** The watcher: the supervisor is gone and left no exit code. */
    record SupervisorGone(
            Moment at, AttemptId id, boolean started, boolean stopMarked, Course course)
            implements AgentInput {}

    /** The answer to ClaimStarted. */
    record StartClaimed(Moment at, AttemptId id, Claim claim) implements AgentInput {}

    /** Who has the right to start an attempt's command. */
    enum Claim {
        /** The agent: no supervisor can start the command any more. */
        WON,
        /** A supervisor. */
        LOST,
        /** Nobody can tell now, because the disk fails or there are too many open files. */
        UNKNOWN
    }

    /**
     * The answer to CheckLeftovers.
     *
     * @param alive how many processes of the attempt are alive
     * @param withheld if none is: why its devices are not free all the same, for people
     */
    record LeftoversCounted(Moment at, AttemptId id, int alive, Optional<String> withheld)
            implements AgentInput {
        /** Of an attempt that has no devices, or whose devices are free of it. */
        public LeftoversCounted(Moment at, AttemptId id, int alive) {
            this(at, id, alive, Optional.empty());
        }
    }

    /**
     * The probe: a device has failed, for a reason that people are told.
     *
     * @param kill nothing that runs on it is to go on
     */
    record DeviceFailed(Moment at, int device, String why, boolean kill) implements AgentInput {}

    /** Time went on; a few times a second. */
    record Tick(Moment at) implements AgentInput {}
}
