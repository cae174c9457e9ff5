package io.cattino.coordinator.rpc;

import com.google.protobuf.MessageLite;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Rejection;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.Similar;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.coordinator.loop.LastKnown;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.loop.LeaderException;
import io.cattino.coordinator.loop.Sender;
import io.cattino.coordinator.wire.Digests;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the leader and waits for the answer, on the (virtual) thread of a call: no longer than the
 * call's deadline, and never for ever. Failures come out as statuses. Any thread.
 */
final class Answers {
    /** A loop that takes longer is as good as gone. */
    private static final long MAX_WAIT_SECONDS = 60;

    /** Names compared with one that is unknown: a hint must not cost much. */
    private static final int SIMILAR_OF = 10_000;

    private final Leader leader;

    Answers(Leader leader) {
        this.leader = leader;
    }

    /** What was last known will do if the caller said so and nobody is known to lead. */
    <T> T read(Function<View, T> query) {
        Optional<StaleReads.Permission> permission = StaleReads.permission();
        Optional<LastKnown> last = permission.flatMap(_ -> leader.lastKnown());
        if (last.isEmpty()) {
            return await(leader.read(query));
        }
        permission.get().used(last.get().age());
        return last.get().read(query);
    }

    /** Whether what was read in this call is what was last known, while nobody leads. */
    boolean isStale() {
        return StaleReads.permission().flatMap(StaleReads.Permission::age).isPresent();
    }

    /** A submission, which the core itself knows again. */
    Reply submit(Function<Time, Input> input) {
        Reply reply = await(leader.submit(Sender.CLIENT, input));
        if (reply instanceof Reply.Rejected(var rejection)) {
            throw StatusMapper.ofSubmission(rejection);
        }
        return reply;
    }

    /** A write that is done once per request id: the core knows it again. */
    Reply once(String requestId, MessageLite request, Function<Time, Input.ClientCommand> command) {
        String id = RequestCheck.normalId(requestId);
        String digest =
                request.getClass().getSimpleName()
                        + ":"
                        + Digests.sha256Hex(Digests.deterministicBytes(request));
        return write(at -> new Input.Asked(id, digest, command.apply(at)));
    }

    /** A write that may be done again: it changes nothing more. */
    Reply write(Function<Time, Input> input) {
        Reply reply = await(leader.submit(Sender.CLIENT, input));
        if (reply instanceof Reply.Rejected(var rejection)) {
            throw StatusMapper.of(rejection);
        }
        return reply;
    }

    /** Of the newest durable fact: at least that of every reply given out so far. */
    long revision() {
        return events().revision();
    }

    /** What became durable in this leadership. */
    EventFeed events() {
        try {
            return leader.events();
        } catch (LeaderException e) {
            throw StatusMapper.of(e);
        }
    }

    /** A name that is no task, with those it may have meant. */
    StatusRuntimeException noTask(String name) {
        record Known(boolean group, List<String> tasks) {}
        Known known =
                read(view ->
                        new Known(
                                view.state().isGroup(name),
                                view.state().tasks().stream()
                                        .limit(SIMILAR_OF)
                                        .map(Task::fullname)
                                        .toList()));
        return StatusMapper.of(
                known.group()
                        ? new Rejection.WrongState(
                                name, "'" + name + "' is a group", "name one of its tasks")
                        : new Rejection.NotFound(
                                "task", Names.shown(name), Similar.to(name, known.tasks())));
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(waitNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw StatusMapper.noAnswer();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Status.CANCELLED.withCause(e).asRuntimeException();
        }
    }

    private static long waitNanos() {
        long max = TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
        Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? max
                : Math.min(max, Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case LeaderException e -> StatusMapper.of(e);
            case RuntimeException e -> e;
            case null -> new IllegalStateException("a future failed without a cause");
            default -> new IllegalStateException(cause);
        };
    }
}
