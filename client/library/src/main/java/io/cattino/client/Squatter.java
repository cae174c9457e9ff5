package io.cattino.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A process on a device that is no task's.
 *
 * @param pid its id on its node
 * @param user who owns it, as its node calls them; empty if nobody knows
 * @param command the name of its program; empty if nobody knows
 * @param startTime when it started, by its node's clock; null if nobody knows
 * @param usedMib MiB of the device that it uses
 */
public record Squatter(
        long pid, String user, String command, @Nullable Instant startTime, long usedMib) {}
