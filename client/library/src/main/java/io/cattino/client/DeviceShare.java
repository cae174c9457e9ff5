package io.cattino.client;

/**
 * A device and what an attempt was promised on it.
 *
 * @param index the device's index on its node
 * @param mib MiB promised on it
 */
public record DeviceShare(int index, long mib) {}
