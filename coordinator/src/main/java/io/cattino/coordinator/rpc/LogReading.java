package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Attempt;
import io.cattino.coordinator.core.model.AttemptResult;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One reader's way to the log of one attempt: finds the attempt (with follow, waits until there is
 * one, or until it is certain that there will be none), then passes on what the node sends at the
 * reader's pace. One virtual thread.
 */
final class LogReading implements Outflow.Source<ReadLogResponse> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What an event does not tell (that the task got stuck) is looked up this often. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

    private final Answers answers;
    private final LogSource source;
    private final ReadLogRequest request;

    LogReading(Answers answers, LogSource source, ReadLogRequest request) {
        this.answers = answers;
        this.source = source;
        this.request = request;
    }

    /** How it stands with the log. */
    private sealed interface Where {
        record There(LogSource.Request log) implements Where {}

        /** Nobody can tell yet; an event of this task may. */
        record NotYet(TaskId task, String text) implements Where {}

        record Never(String text) implements Where {}

        record Unknown() implements Where {}
    }

    @Override
    public void run(Outflow<ReadLogResponse> out) throws InterruptedException {
        LogSource.Request log = find();
        try (LogSource.Reading reading = source.open(log)) {
            pass(reading, log.attempt().number(), out);
        } catch (LogSource.LogException e) {
            throw e.away()
                    ? StatusMapper.nodeAway(log.nodeName(), e.text())
                    : StatusMapper.logUnavailable(e.text(), "");
        }
    }

    private static void pass(LogSource.Reading reading, int attempt, Outflow<ReadLogResponse> out)
            throws LogSource.LogException, InterruptedException {
        while (true) {
            switch (reading.next(PATIENCE)) {
                case LogSource.Next.Piece piece -> {
                    out.send(
                            ReadLogResponse.newBuilder()
                                    .setData(piece.data())
                                    .setOffset(piece.offset())
                                    .setAttempt(attempt)
                                    .setEnd(piece.end())
                                    .build());
                    reading.passedOn(piece.data().size());
                    if (piece.end()) {
                        return;
                    }
                }
                case LogSource.Next.Nothing _ -> {}
                case LogSource.Next.Finished _ -> {
                    return;
                }
            }
        }
    }

    private LogSource.Request find() throws InterruptedException {
        EventFeed feed = answers.leader().events();
        while (true) {
            long revision = feed.revision();
            switch (answers.read(this::where)) {
                case Where.There(LogSource.Request log) -> {
                    return log;
                }
                case Where.Unknown _ -> throw answers.noTask(request.getFullname());
                case Where.Never(String text) -> throw StatusMapper.logUnavailable(text, "");
                case Where.NotYet(TaskId task, String text) -> {
                    if (!request.getFollow()) {
                        throw StatusMapper.logUnavailable(
                                text, "with follow, the call waits until it starts");
                    }
                    await(feed, revision, task);
                }
            }
        }
    }

    /** Until the task changes, or it is time to look again anyway. */
    private static void await(EventFeed feed, long revision, TaskId task)
            throws InterruptedException {
        long until = System.nanoTime() + LOOK_AGAIN_NANOS;
        long after = revision;
        while (true) {
            Optional<EventFeed.Page> page = feed.after(after, 1_000, until - System.nanoTime());
            if (page.isEmpty()
                    || page.get().events().stream().anyMatch(e -> e.task().id().equals(task))
                    || System.nanoTime() - until >= 0) {
                return;
            }
            after = page.get().revision();
        }
    }

    /** On the loop's thread. */
    private Where where(View view) {
        ClusterState state = view.state();
        Optional<Task> found = state.byName(request.getFullname());
        if (found.isEmpty()) {
            return new Where.Unknown();
        }
        Task task = found.get();
        int wanted = request.getAttempt();
        int newest = task.tally().attempts();
        Optional<Attempt> attempt = wanted == 0 ? newest(task) : numbered(task.attempts(), wanted);
        if (attempt.isPresent() && hasLog(attempt.get())) {
            return new Where.There(log(state, task, attempt.get()));
        }
        if (wanted != 0 && wanted <= newest && attempt.isEmpty()) {
            return new Where.Never(
                    "the record of attempt "
                            + wanted
                            + " of '"
                            + task.fullname()
                            + "' is not kept any more");
        }
        return notStarted(view, task, wanted, attempt);
    }

    private Where notStarted(View view, Task task, int wanted, Optional<Attempt> attempt) {
        String name = "'" + task.fullname() + "'";
        String reason = view.reason(task).text();
        String because = reason.isEmpty() ? "" : ": " + reason;
        if (attempt.flatMap(Attempt::end).isPresent()) {
            return new Where.Never("attempt " + wanted + " of " + name + " never started");
        }
        if (task.finished()) {
            return new Where.Never(
                    wanted == 0
                            ? name + " never started" + because
                            : name + " has no attempt " + wanted);
        }
        if (view.stuck(task)) {
            return new Where.Never(name + " cannot start without a person" + because);
        }
        return new Where.NotYet(task.id(), name + " has not started yet" + because);
    }

    /** With follow the one that is about to start, otherwise the newest that has a log. */
    private Optional<Attempt> newest(Task task) {
        List<Attempt> attempts = task.attempts();
        if (request.getFollow() && task.liveAttempt().isPresent()) {
            return task.lastAttempt();
        }
        return attempts.reversed().stream().filter(LogReading::hasLog).findFirst();
    }

    private static Optional<Attempt> numbered(List<Attempt> attempts, int number) {
        return attempts.stream().filter(a -> a.id().number() == number).findFirst();
    }

    private static boolean hasLog(Attempt attempt) {
        return attempt.startedWallMs() > 0
                || attempt.end()
                        .map(end -> !(end.result() instanceof AttemptResult.NotStarted))
                        .orElse(false);
    }

    private LogSource.Request log(ClusterState state, Task task, Attempt attempt) {
        String runDir = state.submission(task.submission()).map(s -> s.runDir()).orElse("");
        return new LogSource.Request(
                attempt.node(),
                attempt.nodeName(),
                attempt.id(),
                request,
                runDir + "/" + task.fullname());
    }
}
