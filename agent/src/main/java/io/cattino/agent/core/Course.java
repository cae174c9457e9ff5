package io.cattino.agent.core;

import java.util.List;
import java.util.Optional;

/**
 * How an attempt went before it ended, as far as its records tell.
 *
 * @param groupsStarted groups whose on_start it was to run and that is over, outer before inner
 * @param peaks of the devices of which it was seen to use any memory, by index
 * @param shortage if it ended for want of memory
 */
public record Course(int groupsStarted, List<DevicePeak> peaks, Optional<Shortage> shortage) {

    /** Of an attempt of which nothing ran, or nothing is known. */
    public static final Course NONE = new Course(0, List.of());

    public Course {
        peaks = List.copyOf(peaks);
    }

    /** Of an attempt that had enough memory, as far as is known. */
    public Course(int groupsStarted, List<DevicePeak> peaks) {
        this(groupsStarted, peaks, Optional.empty());
    }

    /** The same, ended for want of memory. */
    public Course with(Shortage value) {
        return new Course(groupsStarted, peaks, Optional.of(value));
    }
}
