package io.cattino.agent.core;

/**
 * The core's delays, in milliseconds.
 *
 * @param leftoverGraceMs from TERM to KILL of what outlived the command, at most (the task's own
 *     grace where that is shorter)
 * @param strandedAfterMs from the first KILL until an attempt counts as stranded
 * @param killAgainMs between two KILLs of one attempt
 * @param strandedRetryMs between two KILLs of a stranded one
 * @param tombstoneMs how long the end of a forgotten attempt is remembered
 */
public record AgentLimits(
        long leftoverGraceMs,
        long strandedAfterMs,
        long killAgainMs,
        long strandedRetryMs,
        long tombstoneMs) {

    /** What the design document says. */
    public static final AgentLimits DEFAULTS =
            new AgentLimits(5_000, 60_000, 1_000, 5_000, 24L * 3_600_000);
}
