package io.cattino.agent.core;

import java.util.Comparator;

/**
 * Names one attempt everywhere, for ever.
 *
 * @param taskId of the task, a counter of the cluster
 * @param number from 1, counted per task
 * @param epoch of the leadership that launched it
 */
public record AttemptId(long taskId, int number, long epoch) implements Comparable<AttemptId> {

    private static final Comparator<AttemptId> ORDER =
            Comparator.comparingLong(AttemptId::taskId)
                    .thenComparingInt(AttemptId::number)
                    .thenComparingLong(AttemptId::epoch);

    public AttemptId {
        if (taskId <= 0 || number <= 0 || epoch < 0) {
            throw new IllegalArgumentException(
                    "no attempt id: task " + taskId + ", number " + number + ", epoch " + epoch);
        }
    }

    @Override
    public int compareTo(AttemptId other) {
        return ORDER.compare(this, other);
    }

    /** {@code task.number.epoch}: the name of its directory, and how logs call it. */
    @Override
    public String toString() {
        return taskId + "." + number + "." + epoch;
    }
}
