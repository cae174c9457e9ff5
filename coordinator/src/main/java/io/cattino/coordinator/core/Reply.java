package io.cattino.coordinator.core;

import io.cattino.coordinator.core.model.Node;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import java.util.List;

/** The answer to an input, given out only once everything before it is durable. */
public sealed interface Reply {
    /** Nothing to say. */
    record Nothing() implements Reply {}

    record Rejected(Rejection rejection) implements Reply {}

    /**
     * The submission is stored.
     *
     * @param names final fullnames, in the order of the request
     */
    record Submitted(Submission submission, List<String> names) implements Reply {
        public Submitted {
            names = List.copyOf(names);
        }
    }

    record Changes(List<Change> changes) implements Reply {
        public Changes {
            changes = List.copyOf(changes);
        }
    }

    /**
     * What a command did to one task or name.
     *
     * @param taskId 0 for an unknown name
     */
    record Change(String fullname, long taskId, Outcome outcome, String message) {
        /** How it went. */
        public enum Outcome {
            CHANGED,
            WRONG_STATE,
            NOT_FOUND
        }
    }

    record TaskChanged(Task task) implements Reply {}

    record SettingsAre(Settings settings) implements Reply {}

    record NodeChanged(Node node) implements Reply {}

    /** No fence fires for so long. */
    record FencesHeld(long remainingMs) implements Reply {}

    /** The leader waits for the node at least so long. */
    record Away(long ms) implements Reply {}

    /**
     * The server is about to exit.
     *
     * @param stopping running tasks that are being stopped
     */
    record Exiting(List<TaskId> stopping, List<String> names) implements Reply {
        public Exiting {
            stopping = List.copyOf(stopping);
            names = List.copyOf(names);
        }
    }

    /**
     * The session is open.
     *
     * @param acknowledged sequences of reports that are durable
     */
    record Welcomed(List<Long> acknowledged) implements Reply {
        public Welcomed {
            acknowledged = List.copyOf(acknowledged);
        }
    }

    /**
     * These reports are durable.
     *
     * @param acknowledged their sequences
     */
    record Acknowledged(List<Long> acknowledged) implements Reply {
        public Acknowledged {
            acknowledged = List.copyOf(acknowledged);
        }
    }
}
