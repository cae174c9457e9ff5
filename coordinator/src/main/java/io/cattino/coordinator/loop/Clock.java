package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.model.Time;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Makes the time that inputs carry. Cluster time goes on from where the last leadership was, and
 * moves at most a second from one reading to the next, so that a pause of this process counts
 * against nobody (readings are far closer than that).
 */
public final class Clock {
    private static final long LONGEST_STEP_MS = 1_000;

    private final LongSupplier nanos;
    private final InstantSource wall;
    private long monoMs;
    private long lastNanos;

    /**
     * Goes on from the last leadership.
     *
     * @param last time of the last fact that was replayed
     * @param nanos a monotonic clock, in nanoseconds
     */
    public Clock(Time last, LongSupplier nanos, InstantSource wall) {
        this.monoMs = last.monoMs();
        this.nanos = nanos;
        this.wall = wall;
        this.lastNanos = nanos.getAsLong();
    }

    /** Now. Loop's thread only. */
    Time now() {
        long now = nanos.getAsLong();
        long passed = (now - lastNanos) / 1_000_000;
        lastNanos += passed * 1_000_000;
        monoMs += Math.clamp(passed, 0, LONGEST_STEP_MS);
        return new Time(monoMs, wall.millis());
    }
}
