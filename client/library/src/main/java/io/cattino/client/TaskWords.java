package io.cattino.client;

import java.time.Duration;
import java.util.Map;

/** The rules that what is said of tasks follows. */
final class TaskWords {

    private static final Duration SHORTEST_LOST_AFTER = Duration.ofSeconds(15);
    private static final Duration LONGEST_LOST_AFTER = Duration.ofDays(30);
    private static final double LEAST_OOM_RETRY = 1.1;
    private static final double MOST_OOM_RETRY = 10;
    private static final int MOST_LABELS = 64;
    private static final int MOST_LABEL_BYTES = 256;

    private TaskWords() {}

    /**
     * Adds a label.
     *
     * @throws IllegalArgumentException if it breaks a rule, or is one too many
     */
    static void label(Map<String, String> labels, String key, String value) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a label's key must not be empty");
        }
        if (Utf8.length(key) > MOST_LABEL_BYTES || Utf8.length(value) > MOST_LABEL_BYTES) {
            throw new IllegalArgumentException(
                    "the label '%s' is too long: key and value take at most %d bytes each"
                            .formatted(key, MOST_LABEL_BYTES));
        }
        labels.put(key, value);
        if (labels.size() > MOST_LABELS) {
            throw new IllegalArgumentException(
                    "a task has at most %d labels".formatted(MOST_LABELS));
        }
    }

    /**
     * Adds a variable.
     *
     * @throws IllegalArgumentException if it breaks a rule
     */
    static void variable(Map<String, String> env, String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException(
                    "'%s' is no name of an environment variable".formatted(name));
        }
        noNul("an environment variable's name", name);
        noNul("the environment variable " + name, value);
        env.put(name, value);
    }

    /**
     * Checks what a program is given.
     *
     * @throws IllegalArgumentException if it holds a NUL character
     */
    static void noNul(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " holds a NUL character");
        }
    }

    /**
     * Checks how long a node may be out of contact.
     *
     * @throws IllegalArgumentException if it is shorter than 15 seconds or longer than 30 days
     */
    static void lostAfter(Duration duration) {
        Spans.check("lostAfter", duration, SHORTEST_LOST_AFTER, LONGEST_LOST_AFTER);
    }

    /**
     * Checks by how much a request is multiplied.
     *
     * @throws IllegalArgumentException if it is not between 1.1 and 10
     */
    static void oomRetry(double factor) {
        if (!(factor >= LEAST_OOM_RETRY && factor <= MOST_OOM_RETRY)) {
            throw new IllegalArgumentException("oomRetry is between 1.1 and 10, not " + factor);
        }
    }
}
