package io.cattino.coordinator.core.model;

import java.util.Optional;

/**
 * What runs before the first task of a group and after its last.
 *
 * @param python the group in the submission's script
 */
public record GroupHooks(PythonObject python, Phase phase) {
    /** What a group's on_end is called in its group; nobody can call a task that. */
    public static final String END = "@on_end";

    /** Where what they print is, in the group's directory; so no task of it is called that. */
    public static final String LOG = "hooks.log";

    /** Those of a group that was just submitted. */
    public GroupHooks(PythonObject python) {
        this(python, new Phase.Waiting());
    }

    /** How far they are. */
    public sealed interface Phase {
        /** No task of the group has started. */
        record Waiting() implements Phase {}

        /** An attempt runs on_start before itself; the other tasks wait. */
        record Starting(AttemptId by) implements Phase {}

        /** on_start is over, if there is one; tasks run. */
        record Started() implements Phase {}

        /** on_start failed; so have the tasks. */
        record Failed() implements Phase {}

        /** on_end is a task of its own, to be run on that node if it is there; else anywhere. */
        record Ended(Optional<NodeId> node) implements Phase {}
    }

    public boolean hasStart() {
        return python.hooks().contains("on_start");
    }

    public boolean hasEnd() {
        return python.hooks().contains("on_end");
    }
}
