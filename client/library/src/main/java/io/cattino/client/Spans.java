package io.cattino.client;

import java.time.Duration;
import java.util.Locale;

/** Checks of durations. */
final class Spans {

    private Spans() {}

    /**
     * Checks that a duration lies between two others, these included.
     *
     * @param what it is, for people
     * @throws IllegalArgumentException if it does not
     */
    static void check(String what, Duration duration, Duration least, Duration most) {
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s must be between %s and %s, not %s"
                            .formatted(what, words(least), words(most), words(duration)));
        }
    }

    private static String words(Duration duration) {
        if (duration.equals(Duration.ZERO)) {
            return "0";
        }
        if (duration.compareTo(Duration.ofDays(2)) >= 0
                && duration.equals(Duration.ofDays(duration.toDays()))) {
            return duration.toDays() + " days";
        }
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
