package io.cattino.coordinator.core.model;

/**
 * The order to stop an attempt.
 *
 * @param force KILL at once instead of TERM, grace, KILL
 * @param number rises per attempt, so that the agent obeys each order once
 * @param text who and why, for people; at most 1 KiB
 */
public record Stop(StopReason reason, boolean force, int number, String text) {}
