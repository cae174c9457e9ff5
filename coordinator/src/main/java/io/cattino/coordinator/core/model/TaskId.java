package io.cattino.coordinator.core.model;

/** A task's number, from a counter of the state; never used twice. */
public record TaskId(long value) implements Comparable<TaskId> {
    @Override
    public int compareTo(TaskId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
