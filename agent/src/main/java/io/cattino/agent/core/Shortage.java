package io.cattino.agent.core;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * That an attempt ended for want of memory, and who had it: what can be told of whose fault it was.
 *
 * @param memory of what
 * @param promised what the attempt was promised of the device where it had the least left; empty:
 *     nothing
 * @param leftMib MiB that all others left it there, at the least during its last seconds; empty:
 *     not known
 * @param neighbour the attempt that used most more than it was promised there, if one did
 * @param squatter the largest process there that is no attempt's, if one is known
 */
public record Shortage(
        Memory memory,
        Optional<DevicePromise> promised,
        OptionalLong leftMib,
        Optional<Neighbour> neighbour,
        Optional<Squatter> squatter) {

    /** The kinds of memory. */
    public enum Memory {
        /** Of a device; where the host's memory is the device, that. */
        DEVICE,
        /** Of the host. */
        HOST
    }

    /** Another attempt, and all that it used of the device, MiB. */
    public record Neighbour(AttemptId id, long usedMib) {}

    /** A process of somebody else's, and what it used of the device, MiB. */
    public record Squatter(long pid, String user, String command, long usedMib) {}

    /** One of which no more is known than that there was one. */
    public static Shortage of(Memory memory) {
        return new Shortage(
                memory, Optional.empty(), OptionalLong.empty(), Optional.empty(), Optional.empty());
    }
}
