package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.proto.v1.ShutdownRequest;
import io.grpc.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The end of an all-in-one server: stops what runs, waits until it has ended, and then lets the
 * embedder end the process. It goes on when the caller goes away. Any thread.
 */
final class ServerExit {
    /**
     * TERM, grace and KILL take less; what is left then cannot be killed, and would hold the server
     * for ever.
     */
    private final Duration patience;

    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Answers answers;
    private final Runnable onShutdown;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean finished = new AtomicBoolean();

    /**
     * @param onShutdown ends the process; called once, on a thread of its own
     */
    ServerExit(Answers answers, Duration patience, Runnable onShutdown) {
        this.answers = answers;
        this.patience = patience;
        this.onShutdown = onShutdown;
    }

    /** Waits until nothing runs any more. @return the tasks that were stopped for it */
    List<String> end(ShutdownRequest request) {
        Reply reply = answers.write(Input.Exit::new);
        if (!(reply instanceof Reply.Exiting(List<TaskId> stopping, List<String> names))) {
            throw Calls.unexpected(reply);
        }
        // From here on the caller's deadline does not count: its tasks are being stopped.
        Context before = Context.ROOT.attach();
        try {
            awaitEnd(stopping);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw StatusMapper.cancelled();
        } finally {
            Context.ROOT.detach(before);
        }
        ended.set(true);
        return names;
    }

    /** After the answer was given: ends the process, if {@link #end} came to its end. */
    void finish() {
        if (ended.get() && finished.compareAndSet(false, true)) {
            Thread.ofPlatform().name("shutdown").start(onShutdown);
        }
    }

    private void awaitEnd(List<TaskId> stopping) throws InterruptedException {
        EventFeed feed = answers.events();
        long until = System.nanoTime() + patience.toNanos();
        List<TaskId> left = stopping;
        while (!left.isEmpty() && System.nanoTime() - until < 0) {
            long revision = feed.revision();
            List<TaskId> asked = left;
            left = answers.read(view -> running(view, asked));
            if (!left.isEmpty()) {
                // Only waits: what has changed is read from the state.
                var _ = feed.after(revision, 1, LOOK_AGAIN_NANOS);
            }
        }
    }

    private static List<TaskId> running(View view, List<TaskId> tasks) {
        return tasks.stream()
                .filter(id -> view.state().task(id).flatMap(Task::liveAttempt).isPresent())
                .toList();
    }
}
