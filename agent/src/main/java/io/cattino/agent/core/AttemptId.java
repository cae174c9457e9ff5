package io.cattino.agent.core;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern NAME = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    public AttemptId {
        if (taskId <= 0 || number <= 0 || epoch < 0) {
            throw new IllegalArgumentException(
                    "no attempt id: task " + taskId + ", number " + number + ", epoch " + epoch);
        }
    }

    /** What {@link #toString} says, read back; empty if it is no such name. */
    public static Optional<AttemptId> parse(String text) {
        Matcher name = NAME.matcher(text);
        if (!name.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new AttemptId(
                            Long.parseLong(name.group(1)),
                            Integer.parseInt(name.group(2)),
                            Long.parseLong(name.group(3))));
        } catch (IllegalArgumentException _) { // also NumberFormatException
            return Optional.empty();
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
