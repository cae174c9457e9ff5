package io.cattino.coordinator.core.model;

/** MiB promised on one device of a node. */
public record DeviceShare(int index, long mib) {}
