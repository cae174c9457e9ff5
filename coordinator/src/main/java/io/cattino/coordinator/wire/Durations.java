package io.cattino.coordinator.wire;

import com.google.protobuf.Duration;

/** Lengths of time as messages, both ways. Stateless; any thread. */
public final class Durations {
    private static final long MAX_SECONDS = 315_576_000_000L;

    private Durations() {}

    public static Duration ofMillis(long ms) {
        return Duration.newBuilder()
                .setSeconds(Math.floorDiv(ms, 1_000))
                .setNanos(Math.toIntExact(Math.floorMod(ms, 1_000L) * 1_000_000L))
                .build();
    }

    /** In milliseconds, rounded down; what no duration may be is cut off at what it may. */
    public static long millis(Duration duration) {
        long seconds = Math.clamp(duration.getSeconds(), -MAX_SECONDS, MAX_SECONDS);
        return seconds * 1_000 + duration.getNanos() / 1_000_000;
    }
}
