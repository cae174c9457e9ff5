package io.cattino.coordinator.core.model;

/**
 * What one run tells of the memory that its work takes.
 *
 * @param mib the most that it used of one device
 * @param complete whether it shows what the work takes; else it takes at least so much
 */
public record MemoryRun(long mib, boolean complete) {}
