package io.cattino.client;

import org.jspecify.annotations.Nullable;

/**
 * How a card fares, as it was measured last. Each is null where the card, or its driver, does not
 * tell.
 *
 * @param utilizationPercent of the last moments in which something ran on it
 * @param temperatureCelsius of its chip, °C
 * @param powerMilliwatts mW that it draws
 * @param eccUncorrected memory errors not corrected since its driver was loaded
 * @param lastXid the newest of NVIDIA's Xid errors since its agent started
 */
public record DeviceTelemetry(
        @Nullable Integer utilizationPercent,
        @Nullable Integer temperatureCelsius,
        @Nullable Integer powerMilliwatts,
        @Nullable Long eccUncorrected,
        @Nullable Integer lastXid) {}
