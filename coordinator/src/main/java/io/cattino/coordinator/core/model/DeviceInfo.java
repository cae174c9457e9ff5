package io.cattino.coordinator.core.model;

/** A device as its agent describes it; {@code kind} is cuda, rocm, ascend, fake or host. */
public record DeviceInfo(int index, String uuid, String model, String kind, long totalMib) {}
