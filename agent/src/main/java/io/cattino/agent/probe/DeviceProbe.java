package io.cattino.agent.probe;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.DevicePromise;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
     * @param driver version of its driver; empty if it has none, or does not tell
     * @param pciBusId as the kernel writes it; empty if it is nowhere on the bus
     * @param numaNode that it is nearest to, if that is known
     * @param near indices of those that it reaches fast, over a link of their own or a switch of
     *     the PCI bus; also of some that are not offered; in order
     */
    record Device(
            int index,
            String uuid,
            String model,
            String kind,
            long totalMib,
            String driver,
            String pciBusId,
            OptionalInt numaNode,
            List<Integer> near) {
        public Device {
            near = List.copyOf(near);
        }

        /** One of which no more is known. */
        public Device(int index, String uuid, String model, String kind, long totalMib) {
            this(index, uuid, model, kind, totalMib, "", "", OptionalInt.empty(), List.of());
        }

        /** The same, near to these. */
        public Device near(List<Integer> indices) {
            return new Device(
                    index, uuid, model, kind, totalMib, driver, pciBusId, numaNode, indices);
        }
    }

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
     * How a device fares, for people. Each is empty where the device, or its driver, does not tell.
     *
     * @param utilizationPercent of the last moments in which something ran on it
     * @param temperatureCelsius of its chip
     * @param powerMilliwatts that it draws
     * @param eccUncorrected memory errors not corrected since its driver was loaded
     * @param lastXid the newest of NVIDIA's Xid errors since the agent started
     */
    record Telemetry(
            OptionalInt utilizationPercent,
            OptionalInt temperatureCelsius,
            OptionalInt powerMilliwatts,
            OptionalLong eccUncorrected,
            OptionalInt lastXid) {
        public static final Telemetry NONE =
                new Telemetry(
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty());

        /** The same with the newest Xid. */
        public Telemetry withLastXid(OptionalInt code) {
            return new Telemetry(
                    utilizationPercent, temperatureCelsius, powerMilliwatts, eccUncorrected, code);
        }
    }

    /**
     * One device now.
     *
     * @param usedMib by all processes together
     * @param attempts what the attempts among them use, as far as it can be told
     * @param unknown whether the probe cannot tell at the moment
     * @param squatters the largest of the other processes, as far as they can be told
     * @param telemetry how it fares
     * @param sickness why nothing new may be placed on it, for people; empty: it is well
     */
    record Sample(
            int index,
            long usedMib,
            List<Use> attempts,
            boolean unknown,
            List<Squatter> squatters,
            Telemetry telemetry,
            String sickness) {
        /** One of which no more is known, that is well. */
        public Sample(
                int index,
                long usedMib,
                List<Use> attempts,
                boolean unknown,
                List<Squatter> squatters) {
            this(index, usedMib, attempts, unknown, squatters, Telemetry.NONE, "");
        }

        /** One without others, or of which nobody knows them. */
        public Sample(int index, long usedMib, List<Use> attempts, boolean unknown) {
            this(index, usedMib, attempts, unknown, List.of());
        }

        /** The same, as healthy as it is said to be. */
        public Sample with(Telemetry seen, String reason) {
            return new Sample(index, usedMib, attempts, unknown, squatters, seen, reason);
        }
    }

    /** Hears of devices that failed under what runs on them, from any thread. */
    @FunctionalInterface
    interface Failing {
        /**
         * Takes note of it.
         *
         * @param device its index
         * @param why for people
         * @param kill nothing that runs on it is to go on
         */
        void fail(int device, String why, boolean kill);
    }

    /** What kind of devices: what tasks are told depends on it, also where there is none. */
    String kind();

    /** Which devices there are; asked once per session with a leader. */
    List<Device> inventory();

    /** The NUMA node that a device is nearest to, if that is known. Does not block. */
    default OptionalInt numaNode(int index) {
        return inventory().stream()
                .filter(device -> device.index() == index)
                .map(Device::numaNode)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    /** What is in use now, of every device of the inventory. */
    List<Sample> sample(Collection<Running> running);

    /**
     * An operator says that the device is well: what was remembered against it is forgotten. From
     * any thread; may write to the disk.
     */
    default void use(String uuid) {}

    /** Ends what it needs; nothing is asked after that. */
    @Override
    default void close() {}
}
