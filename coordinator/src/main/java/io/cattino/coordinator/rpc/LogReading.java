package io.cattino.coordinator.rpc;

import io.cattino.coordinator.loop.EventFeed;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
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

    @Override
    public void run(Outflow<ReadLogResponse> out) throws InterruptedException {
        LogPlace.There place = find();
        try (LogSource.Reading reading = source.open(place.log())) {
            pass(reading, place.attempt(), out);
        } catch (LogSource.LogException e) {
            throw failure(place, e);
        }
    }

    static StatusRuntimeException failure(LogPlace.There place, LogSource.LogException e) {
        return e.away()
                ? StatusMapper.nodeAway(place.log().nodeName(), e.text())
                : StatusMapper.logUnavailable(e.text(), "");
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
                                    .setDropped(piece.dropped())
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

    private LogPlace.There find() throws InterruptedException {
        EventFeed feed = answers.events();
        while (true) {
            long revision = feed.revision();
            switch (answers.read(view -> LogPlace.of(view, request))) {
                case LogPlace.There there -> {
                    return there;
                }
                case LogPlace.Unknown _ -> throw answers.noTask(request.getFullname());
                case LogPlace.Never(String text) -> throw StatusMapper.logUnavailable(text, "");
                case LogPlace.NotYet(String text) -> {
                    if (!request.getFollow()) {
                        throw StatusMapper.logUnavailable(
                                text, "with follow, the call waits until it starts");
                    }
                    await(feed, revision);
                }
            }
        }
    }

    /** Until something changes of it, or it is time to look again anyway. */
    private void await(EventFeed feed, long revision) throws InterruptedException {
        long until = System.nanoTime() + LOOK_AGAIN_NANOS;
        long after = revision;
        while (true) {
            Optional<EventFeed.Page> page = feed.after(after, 1_000, until - System.nanoTime());
            if (page.isEmpty()
                    || page.get().events().stream().anyMatch(e -> concerns(e.task().fullname()))
                    || System.nanoTime() - until >= 0) {
                return;
            }
            after = page.get().revision();
        }
    }

    private boolean concerns(String fullname) {
        String name = request.getFullname();
        return fullname.equals(name) || fullname.startsWith(name + "/");
    }
}
