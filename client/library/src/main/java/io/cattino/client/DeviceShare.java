package io.cattino.client;

/**
 * A device and so much of its memory: what an attempt was promised on it, or the most that it was
 * seen to use.
 *
 * @param index the device's index on its node
 * @param mib MiB
 */
public record DeviceShare(int index, long mib) {}
