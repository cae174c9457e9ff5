package io.cattino.coordinator.core.model;

/**
 * No new tasks for a node.
 *
 * @param stopAtMonoMs cluster time from which on what still runs there is stopped and its task goes
 *     elsewhere; 0: it may stay until it ends
 */
public record Drain(String reason, long sinceWallMs, long stopAtMonoMs) {}
