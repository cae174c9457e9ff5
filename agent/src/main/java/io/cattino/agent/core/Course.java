package io.cattino.agent.core;

import java.util.List;

/**
 * How an attempt went before it ended, as far as its records tell.
 *
 * @param groupsStarted groups whose on_start it was to run and that is over, outer before inner
 * @param peaks of the devices of which it was seen to use any memory, by index
 */
public record Course(int groupsStarted, List<DevicePeak> peaks) {

    /** Of an attempt of which nothing ran, or nothing is known. */
    public static final Course NONE = new Course(0, List.of());

    public Course {
        peaks = List.copyOf(peaks);
    }
}
