package io.cattino.agent.probe;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The devices of this node. May block; called from one thread at a time. Memory is in MiB. */
public interface DeviceProbe extends AutoCloseable {

    /**
     * One device.
     *
     * @param index how tasks are told which one they got
     * @param uuid stable over restarts
     * @param model for people
     * @param kind {@code cuda}, {@code rocm}, {@code ascend}, {@code fake} or {@code host}
     * @param totalMib its memory
     */
    record Device(int index, String uuid, String model, String kind, long totalMib) {}

    /**
     * An attempt that may use devices.
     *
     * @param session of its processes, if known
     */
    record Running(AttemptId id, List<DevicePromise> devices, OptionalLong session) {}

    /** What one attempt uses of one device. */
    record Use(AttemptId id, long usedMib) {}

    /**
     * A process that uses a device and is no attempt's.
     *
     * @param user who owns it; empty if that cannot be told
     * @param command the name of its program; empty if that cannot be told
     */
    record Squatter(
            long pid, String user, String command, Optional<Instant> started, long usedMib) {}

    /**
     * One device now.
     *
     * @param usedMib by all processes together
     * @param attempts what the attempts among them use, as far as it can be told
     * @param unknown whether the probe cannot tell at the moment
     * @param squatters the largest of the other processes, as far as they can be told
     */
    record Sample(
            int index,
            long usedMib,
            List<Use> attempts,
            boolean unknown,
            List<Squatter> squatters) {
        /** One without others, or of which nobody knows them. */
        public Sample(int index, long usedMib, List<Use> attempts, boolean unknown) {
            this(index, usedMib, attempts, unknown, List.of());
        }
    }

    /** What kind of devices: what tasks are told depends on it, also where there is none. */
    String kind();

    /** Which devices there are; asked once per session with a leader. */
    List<Device> inventory();

    /** What is in use now, of every device of the inventory. */
    List<Sample> sample(Collection<Running> running);

    /** Ends what it needs; nothing is asked after that. */
    @Override
    default void close() {}
}
