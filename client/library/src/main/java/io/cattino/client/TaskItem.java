package io.cattino.client;

/**
 * What can be handed in: a task or a group of tasks.
 *
 * <p>Items are immutable and compared by identity: two tasks built alike are two tasks.
 */
public sealed interface TaskItem permits ProcTask, TaskGroup {

    /** Its name, without the groups around it. */
    String name();
}
