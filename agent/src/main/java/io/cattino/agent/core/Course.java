package io.cattino.agent.core;

import java.util.List;
import java.util.Optional;

/**
 * How an attempt went before it ended, as far as its records tell.
 *
 * @param groupsStarted groups whose on_start it was to run and that is over, outer before inner
 * @param peaks of the devices of which it was seen to use any memory, by index
 * @param shortage if it ended for want of memory
 * @param note what happened to its devices that may have ended it, for people; empty: nothing
 */
public record Course(
        int groupsStarted, List<DevicePeak> peaks, Optional<Shortage> shortage, String note) {

    /** Of an attempt of which nothing ran, or nothing is known. */
    public static final Course NONE = new Course(0, List.of());

    public Course {
        peaks = List.copyOf(peaks);
    }

    /** One that had enough memory, and to whose devices nothing happened, as far as is known. */
    public Course(int groupsStarted, List<DevicePeak> peaks) {
        this(groupsStarted, peaks, Optional.empty(), "");
    }

    /** The same, ended for want of memory. */
    public Course with(Shortage value) {
        return new Course(groupsStarted, peaks, Optional.of(value), note);
    }

    Course with(String said) {
        return new Course(groupsStarted, peaks, shortage, said);
    }
}
