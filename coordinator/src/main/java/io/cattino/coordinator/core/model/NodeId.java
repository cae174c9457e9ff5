package io.cattino.coordinator.core.model;

/** A machine's identity: the UUID its agent keeps in its data directory. Its name is for people. */
public record NodeId(String value) implements Comparable<NodeId> {
    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
