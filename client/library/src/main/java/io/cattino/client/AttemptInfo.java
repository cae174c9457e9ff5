package io.cattino.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a task on one node, as it was when it was read.
 *
 * @param number from 1
 * @param epoch number of the leadership that launched it
 * @param node name of the node
 * @param pid process id of the command on its node; 0 before it started
 * @param devices the devices it was promised, and how much of each
 * @param peaks the most that it was seen to use of its devices; empty until it ended, and without
 *     those where it was not seen to use any. Its node looks about once a second: what came between
 *     two looks, and after the last, is not in it
 * @param placeTime when the node was chosen
 * @param startTime when the command started; null before
 * @param endTime when it ended; null before
 * @param result how it ended; null while it goes on
 * @param exitCode the command's exit code, 128+n for signal n; null while it runs or if it never
 *     did
 * @param reason why it ended as it did, or why it is not running yet
 */
public record AttemptInfo(
        int number,
        long epoch,
        String node,
        long pid,
        List<DeviceShare> devices,
        List<DeviceShare> peaks,
        @Nullable Instant placeTime,
        @Nullable Instant startTime,
        @Nullable Instant endTime,
        @Nullable AttemptResult result,
        @Nullable Integer exitCode,
        Reason reason) {

    public AttemptInfo {
        devices = List.copyOf(devices);
        peaks = List.copyOf(peaks);
    }
}
