package io.cattino.client.internal;

import java.time.Duration;

/** Durations that may be longer than 292 years. */
final class Durations {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Durations() {}

    /** Nanoseconds, at most a hundred years of them, so that they can be added to a clock. */
    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
    }
}
