package io.cattino.coordinator.core.model;

/**
 * A task waits for another one.
 *
 * @param parentName kept for people: the parent may be removed
 */
public record Dependency(TaskId parent, String parentName, Condition condition) {
    /** The same dependency, its parent under another fullname. */
    public Dependency renamed(String fullname) {
        return new Dependency(parent, fullname, condition);
    }

    /** When it counts as satisfied. */
    public enum Condition {
        /** The parent is Done. */
        SUCCESS,
        /** The parent has ended, however. */
        ANY
    }
}
