package io.cattino.coordinator.rpc;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.ReadLogPageRequest;
import io.cattino.proto.v1.ReadLogPageResponse;
import io.cattino.proto.v1.ReadLogRequest;
import io.grpc.Context;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Logs in pages: what a node has of a log now, as far as it fits into one answer. Each call reads
 * from the node afresh, so nothing is kept between two. Any thread; calls block, for a while at
 * most.
 */
final class LogPages {
    static final int MAX_BYTES = 1 << 20;

    /** Each holds its page, and what the node may send beyond it. */
    static final int MAX_AT_ONCE = 32;

    /** What has come by then is the page. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A caller that is gone is noticed within this time. */
    private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

    private final Answers answers;
    private final LogSource source;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    LogPages(Answers answers, LogSource source) {
        this.answers = answers;
        this.source = source;
    }

    ReadLogPageResponse page(ReadLogPageRequest request) {
        ReadLogRequest asked = asked(request);
        Calls.check(findings ->
                RequestCheck.readLog(findings, asked)
                        && RequestCheck.pageLimit(findings, request.getLimit()));
        int limit = request.getLimit() == 0 ? MAX_BYTES : request.getLimit();
        return switch (answers.read(view -> LogPlace.of(view, asked))) {
            case LogPlace.There there -> page(there, limit);
            case LogPlace.NotYet(String text) -> nothing(asked, text);
            case LogPlace.Never(String text) -> nothing(asked, text);
            case LogPlace.Unknown _ -> throw answers.noTask(request.getFullname());
        };
    }

    private static ReadLogRequest asked(ReadLogPageRequest request) {
        return ReadLogRequest.newBuilder()
                .setFullname(request.getFullname())
                .setKindValue(request.getKindValue()) // also one that is none, to be refused
                .setAttempt(request.getAttempt())
                .setOffset(request.getOffset())
                .build();
    }

    /** What did not start has written nothing, unless one attempt is meant. */
    private static ReadLogPageResponse nothing(ReadLogRequest asked, String text) {
        if (asked.getAttempt() != 0) {
            throw StatusMapper.logUnavailable(text, "ask for attempt 0, the newest");
        }
        return ReadLogPageResponse.getDefaultInstance();
    }

    private ReadLogPageResponse page(LogPlace.There place, int limit) {
        if (!places.tryAcquire()) {
            throw StatusMapper.tooMany("the server reads too many logs just now");
        }
        try (LogSource.Reading reading = source.open(place.log())) {
            return page(place, reading, limit);
        } catch (LogSource.LogException e) {
            throw LogReading.failure(place, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw StatusMapper.cancelled();
        } finally {
            places.release();
        }
    }

    private static ReadLogPageResponse page(
            LogPlace.There place, LogSource.Reading reading, int limit)
            throws LogSource.LogException, InterruptedException {
        ReadLogPageResponse.Builder page =
                ReadLogPageResponse.newBuilder()
                        .setAttempt(place.attempt())
                        .setOffset(Math.max(0, place.log().asked().getOffset()));
        ByteString data = ByteString.EMPTY;
        boolean more = true;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (more && data.size() < limit && !isLate(place, data, until)) {
            long wait = Math.min(LOOK_NANOS, until - System.nanoTime());
            switch (reading.next(Duration.ofNanos(wait))) {
                case LogSource.Next.Piece piece -> {
                    if (piece.dropped() > 0 && !data.isEmpty()) {
                        return page(page, data, true); // the next page tells of the gap
                    }
                    if (data.isEmpty()) {
                        page.setOffset(piece.offset());
                        page.setDropped(page.getDropped() + piece.dropped());
                    }
                    int size = piece.data().size();
                    int taken = Math.min(size, limit - data.size());
                    data = data.concat(piece.data().substring(0, taken));
                    page.setEnd(piece.end() && taken == size);
                    more = !page.getEnd();
                    reading.passedOn(size);
                }
                case LogSource.Next.Nothing _ -> {}
                case LogSource.Next.Finished _ -> more = false;
            }
        }
        return page(page, data, more);
    }

    private static ReadLogPageResponse page(
            ReadLogPageResponse.Builder page, ByteString data, boolean more) {
        return page.setData(data)
                .setNextOffset(page.getOffset() + data.size())
                .setMore(more)
                .build();
    }

    private static boolean isLate(LogPlace.There place, ByteString data, long until) {
        if (Context.current().isCancelled()) {
            throw StatusMapper.cancelled();
        }
        boolean late = System.nanoTime() - until >= 0;
        if (late && data.isEmpty()) {
            String node = place.log().nodeName();
            throw StatusMapper.nodeAway(node, "node " + node + " does not answer");
        }
        return late;
    }
}
