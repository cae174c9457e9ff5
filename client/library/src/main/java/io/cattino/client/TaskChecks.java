package io.cattino.client;

import java.time.Duration;

/** What a task takes; throws IllegalArgumentException, with a sentence for people, if it is not. */
final class TaskChecks {
    private static final Duration SHORTEST_LOST_AFTER = Duration.ofSeconds(15);
    private static final Duration LONGEST_LOST_AFTER = Duration.ofDays(30);
    private static final double LEAST_OOM_RETRY = 1.1;
    private static final double MOST_OOM_RETRY = 10;
    private static final int MAX_LABELS = 64;
    private static final int MAX_LABEL_BYTES = 256;

    private TaskChecks() {}

    static void noNul(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " holds a NUL character");
        }
    }

    static void variable(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException(
                    "'%s' is no name of an environment variable".formatted(name));
        }
        noNul("an environment variable's name", name);
        noNul("the environment variable " + name, value);
    }

    static void label(String key, String value) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a label's key must not be empty");
        }
        if (Utf8.length(key) > MAX_LABEL_BYTES || Utf8.length(value) > MAX_LABEL_BYTES) {
            throw new IllegalArgumentException(
                    "the label '%s' is too long: key and value take at most %d bytes each"
                            .formatted(key, MAX_LABEL_BYTES));
        }
    }

    static void labelCount(int count) {
        if (count > MAX_LABELS) {
            throw new IllegalArgumentException(
                    "a task has at most %d labels".formatted(MAX_LABELS));
        }
    }

    static void lostAfter(Duration duration) {
        Spans.check("lostAfter", duration, SHORTEST_LOST_AFTER, LONGEST_LOST_AFTER);
    }

    static void oomRetry(double factor) {
        if (!(factor >= LEAST_OOM_RETRY && factor <= MOST_OOM_RETRY)) {
            throw new IllegalArgumentException("oomRetry is between 1.1 and 10, not " + factor);
        }
    }
}
