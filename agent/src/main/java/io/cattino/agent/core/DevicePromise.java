package io.cattino.agent.core;

/**
 * One device of this node and what an attempt was promised on it.
 *
 * @param index of the device
 * @param mib MiB promised
 */
public record DevicePromise(int index, long mib) {}
