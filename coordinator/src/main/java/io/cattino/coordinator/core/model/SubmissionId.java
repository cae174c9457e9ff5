package io.cattino.coordinator.core.model;

/** The client's request id (a ULID): the same id twice is one submission. */
public record SubmissionId(String value) implements Comparable<SubmissionId> {
    @Override
    public int compareTo(SubmissionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
