package io.cattino.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a node is drained: it gets no new tasks.
 *
 * @param why for people
 * @param deadline what still runs there when it is over is stopped, and its task goes to another
 *     node: 0 to 30 days from now; null: running tasks go on until they end
 */
public record Drain(String why, @Nullable Duration deadline) {

    private static final Duration LONGEST = Duration.ofDays(30);

    /**
     * Checks the deadline.
     *
     * @throws IllegalArgumentException if it is negative or beyond 30 days
     */
    public Drain {
        if (deadline != null) {
            Spans.check("the deadline of a drain", deadline, Duration.ZERO, LONGEST);
        }
    }

    /** A drain for that reason; running tasks go on until they end. */
    public static Drain reason(String why) {
        return new Drain(why, null);
    }

    /**
     * The same, with a deadline.
     *
     * @throws IllegalArgumentException if it is negative or beyond 30 days
     */
    public Drain within(Duration limit) {
        return new Drain(why, limit);
    }
}
