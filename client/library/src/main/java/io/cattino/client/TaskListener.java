package io.cattino.client;

/**
 * Observes tasks from the client's side. Every method does nothing by default.
 *
 * <p>The methods of one listener are called on the client's executor, one at a time, in the order
 * of the events. A listener first hears the present state of each of its tasks (a synthesised
 * {@link #onPending}, {@link #onStart} or {@link #onEnd}), then every change. It goes on after a
 * broken connection or a change of leader without losing an event; after a disconnection so long
 * that the coordinator forgot events it hears the state that a fresh list shows, so that an end is
 * never missed. An exception thrown by a listener is logged and does not stop it.
 *
 * <p>Listeners are not hooks: they run in this process. What has to run where the task runs is a
 * part of its command.
 */
public interface TaskListener {

    /** The task waits; called again when the reason changes. */
    default void onPending(TaskEvent event, Reason why) {}

    /** A node was chosen for the task; its command has not started yet. */
    default void onPlaced(TaskEvent event) {}

    /** The task's command started. */
    default void onStart(TaskEvent event) {}

    /** The running task was seen to use more device memory than it asked for; told once. */
    default void onOverUse(TaskEvent event, Reason how) {}

    /** Somebody asked the running task to stop. */
    default void onStopping(TaskEvent event) {}

    /**
     * An attempt ended, and the task waits for another one.
     *
     * @param attempt number of the attempt that ended
     */
    default void onRetry(TaskEvent event, int attempt) {}

    /** The task ended: Done, Failed or Cancelled. It may start again by a user's command. */
    default void onEnd(TaskEvent event) {}

    /** The task was removed; nothing more is heard of it. */
    default void onRemoved(TaskEvent event) {}

    /** Any event, before the particular method is called for it. */
    default void onEvent(TaskEvent event) {}

    /**
     * Nothing more will be heard: the coordinator refused for good, for example because the token
     * is wrong.
     */
    default void onLost(MeowException why) {}
}
