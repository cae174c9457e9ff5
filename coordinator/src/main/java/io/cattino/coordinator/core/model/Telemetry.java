package io.cattino.coordinator.core.model;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a device fares, for people: nothing is decided by it. Each is empty where the device, or its
 * driver, does not tell.
 *
 * @param utilizationPercent of the last moments in which something ran on it
 * @param temperatureCelsius of its chip
 * @param powerMilliwatts that it draws
 * @param eccUncorrected memory errors not corrected since its driver was loaded
 * @param lastXid the newest of NVIDIA's Xid errors since its agent started
 */
public record Telemetry(
        OptionalInt utilizationPercent,
        OptionalInt temperatureCelsius,
        OptionalInt powerMilliwatts,
        OptionalLong eccUncorrected,
        OptionalInt lastXid) {

    public static final Telemetry NONE =
            new Telemetry(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    OptionalInt.empty());
}
