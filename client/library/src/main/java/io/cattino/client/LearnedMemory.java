package io.cattino.client;

/**
 * What a task whose memory is learned from earlier runs asks of devices of one model, as things
 * are.
 *
 * @param model of the devices
 * @param whole a whole device: nothing is known on this model yet, or the work takes as much as
 *     there is
 * @param mib MiB asked for
 * @param runs that it goes by, the newest 8 at most; 0: nothing is known
 * @param highestMib the most that one of them used, MiB
 * @param similar whether they are runs of commands that differ only in numbers and the like
 */
public record LearnedMemory(
        String model, boolean whole, long mib, int runs, long highestMib, boolean similar) {}
