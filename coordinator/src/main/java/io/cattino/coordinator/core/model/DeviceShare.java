package io.cattino.coordinator.core.model;

/** MiB of one device of a node: promised on it, or the most that was used of it. */
public record DeviceShare(int index, long mib) {}
