package io.cattino.client.internal;

import io.cattino.client.TaskEvent;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListener;
import io.cattino.client.TaskResult;
import io.cattino.client.TaskStatus;

/** What events mean, and events made of what a list shows. */
final class Events {

    private Events() {}

    /** The event that brings somebody to the state that a task is in. */
    static TaskEvent present(TaskInfo task, long revision) {
        TaskEvent.Kind kind =
                switch (task.status()) {
                    case WAITING -> TaskEvent.Kind.CHANGED;
                    case RUNNING -> TaskEvent.Kind.STARTED;
                    case DONE, FAILED, CANCELLED -> TaskEvent.Kind.FINISHED;
                };
        return new TaskEvent(
                revision,
                kind,
                task.id(),
                task.fullname(),
                task.status(),
                task.reason(),
                task.attempt(),
                task.node(),
                task.exitCode(),
                switch (kind) {
                    case STARTED -> task.startTime();
                    case FINISHED -> task.endTime();
                    default -> null;
                },
                true);
    }

    /** The event that a task is gone, for somebody who last saw it so. */
    static TaskEvent removed(TaskEvent last, long revision) {
        return of(last, TaskEvent.Kind.REMOVED, revision);
    }

    /** The same state, told again to somebody who comes late. */
    static TaskEvent again(TaskEvent last) {
        TaskEvent.Kind kind =
                switch (last.status()) {
                    case WAITING ->
                            last.kind() == TaskEvent.Kind.PLACED
                                    ? TaskEvent.Kind.PLACED
                                    : TaskEvent.Kind.CHANGED;
                    case RUNNING -> TaskEvent.Kind.STARTED;
                    case DONE, FAILED, CANCELLED -> TaskEvent.Kind.FINISHED;
                };
        return of(last, kind, last.revision());
    }

    /** Whether what a list shows differs from what was last seen. */
    static boolean differs(TaskEvent last, TaskEvent listed) {
        return last.status() != listed.status() || last.attempt() < listed.attempt();
    }

    static TaskResult result(TaskEvent end) {
        return new TaskResult(
                end.taskId(),
                end.fullname(),
                end.status(),
                end.exitCode(),
                end.reason(),
                end.attempt(),
                end.node(),
                end.time());
    }

    /** Calls the method that an event is meant for. */
    static void tell(TaskListener listener, TaskEvent event) {
        listener.onEvent(event);
        switch (event.kind()) {
            case CREATED, RESUMED, CHANGED -> {
                if (event.status() == TaskStatus.WAITING) {
                    listener.onPending(event, event.reason());
                }
            }
            case PLACED -> listener.onPlaced(event);
            case STARTED -> listener.onStart(event);
            case OVER_USED -> listener.onOverUse(event, event.reason());
            case STOPPING -> listener.onStopping(event);
            case RETRY -> listener.onRetry(event, event.attempt());
            case FINISHED -> listener.onEnd(event);
            case REMOVED -> listener.onRemoved(event);
        }
    }

    private static TaskEvent of(TaskEvent last, TaskEvent.Kind kind, long revision) {
        return new TaskEvent(
                revision,
                kind,
                last.taskId(),
                last.fullname(),
                last.status(),
                last.reason(),
                last.attempt(),
                last.node(),
                last.exitCode(),
                last.time(),
                true);
    }
}
