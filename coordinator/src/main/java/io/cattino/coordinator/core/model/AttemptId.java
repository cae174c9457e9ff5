package io.cattino.coordinator.core.model;

import java.util.Comparator;

/**
 * Names one execution of a task, for ever.
 *
 * @param number from 1
 * @param epoch of the leadership that placed it
 */
public record AttemptId(TaskId task, int number, long epoch) implements Comparable<AttemptId> {
    private static final Comparator<AttemptId> ORDER =
            Comparator.comparing(AttemptId::task)
                    .thenComparingInt(AttemptId::number)
                    .thenComparingLong(AttemptId::epoch);

    @Override
    public int compareTo(AttemptId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return task + "." + number + "." + epoch;
    }
}
