package io.cattino.agent.exec;

import java.util.Optional;

/**
 * Which process supervises an attempt; its number alone could be another process's by now.
 *
 * @param bootId of the boot it runs in
 * @param pid also the number of its session
 * @param startTicks when it started, in clock ticks since the boot
 */
record SupervisorIdentity(String bootId, long pid, long startTicks) {

    /** Parses {@code BOOT_ID CONTENT_OF_/proc/PID/stat}. */
    static Optional<SupervisorIdentity> parse(String record) {
        int space = record.indexOf(' ');
        if (space < 0) {
            return Optional.empty();
        }
        return ProcessTable.parse(record.substring(space + 1))
                .map(process ->
                        new SupervisorIdentity(
                                record.substring(0, space), process.pid(), process.startTicks()));
    }
}
