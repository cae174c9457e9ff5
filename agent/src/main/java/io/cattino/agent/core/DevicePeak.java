package io.cattino.agent.core;

/**
 * The most that an attempt was seen to use of one device.
 *
 * @param index of the device
 * @param mib MiB of its memory
 */
public record DevicePeak(int index, long mib) {}
