package io.cattino.agent.core;

/**
 * When an input was taken by the loop.
 *
 * @param monoMs milliseconds of a clock that never goes back; for deadlines
 * @param wallMs milliseconds since 1970-01-01 UTC; for display, and for what outlives the process
 */
public record Moment(long monoMs, long wallMs) {}
