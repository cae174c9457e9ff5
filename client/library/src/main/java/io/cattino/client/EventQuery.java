package io.cattino.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which remembered events: those that match every part, the newest of them. Immutable.
 *
 * @param tasks of which tasks, as they were then
 * @param afterRevision only later ones; 0: all
 * @param since only those at this time or later; null: all
 * @param node only those that name this node; empty: all
 * @param limit at most so many, 1 to 10,000; 0: 1,000
 */
public record EventQuery(
        TaskQuery tasks, long afterRevision, @Nullable Instant since, String node, int limit) {

    /** The newest 1,000 of some tasks. */
    public static EventQuery of(TaskQuery tasks) {
        return new EventQuery(tasks, 0, null, "", 0);
    }

    /** Of these, those after a revision. */
    public EventQuery after(long revision) {
        return new EventQuery(tasks, revision, since, node, limit);
    }

    /** Of these, those at this time or later. */
    public EventQuery since(Instant time) {
        return new EventQuery(tasks, afterRevision, time, node, limit);
    }

    /** Of these, those that name a node. */
    public EventQuery onNode(String name) {
        return new EventQuery(tasks, afterRevision, since, name, limit);
    }

    /** Of these, the newest so many; at most 10,000. */
    public EventQuery newest(int count) {
        return new EventQuery(tasks, afterRevision, since, node, count);
    }
}
