package io.cattino.client.internal;

import com.google.protobuf.ByteString;
import io.cattino.client.LogKind;
import io.cattino.client.MeowException;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log, taking it up at the byte where a stream broke. One thread reads; any may close or
 * ask where it is.
 */
public final class LogReader implements Running.Ending, AutoCloseable {

    private static final long UNKNOWN = -1;

    private final Caller caller;
    private final String fullname;
    private final LogKind kind;
    private final boolean follow;
    private final Running running;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile int attempt;
    private volatile long offset;
    private volatile long dropped;
    private volatile boolean ended;
    private volatile @Nullable ServerStream<ReadLogResponse> stream;

    /** Where to begin, until the first bytes tell where that is. */
    private @Nullable LogStart start;

    private boolean finished;
    private boolean anythingCame;
    private int failures;

    LogReader(Caller caller, Running running, Target target) {
        this.caller = caller;
        this.fullname = target.fullname();
        this.kind = target.kind();
        this.follow = target.follow();
        this.attempt = target.attempt();
        this.start = target.start();
        this.offset = start.byOffset() ? start.offset() : UNKNOWN;
        this.running = running;
    }

    /**
     * What to read.
     *
     * @param attempt 0: the newest
     * @param start where to begin
     */
    record Target(String fullname, LogKind kind, int attempt, LogStart start, boolean follow) {}

    /** The next bytes; null at the end or after closing. */
    public byte @Nullable [] next() {
        while (!finished && !isClosed()) {
            try {
                ReadLogResponse response = opened().next();
                byte[] data = response == null ? null : take(response);
                if (response == null) {
                    endOfStream();
                }
                if (data != null) {
                    return data;
                }
            } catch (StatusRuntimeException | MeowException e) {
                broken(e);
            } catch (InterruptedException e) {
                close();
                throw Errors.interrupted(e);
            }
        }
        close();
        return null;
    }

    /** Number of the attempt being read; 0 while it is not known. */
    public int attempt() {
        return attempt;
    }

    /** The byte after the last one read. */
    public long offset() {
        return Math.max(0, offset);
    }

    /** Bytes so far that were to be read and are not there any more. */
    public long dropped() {
        return dropped;
    }

    /** Whether the attempt has ended and all was read. */
    public boolean ended() {
        return ended;
    }

    @Override
    public void end(MeowException why) {
        close();
    }

    /** Ends reading. */
    @Override
    public void close() {
        closing.countDown();
        ServerStream<?> open = stream;
        if (open != null) {
            open.close();
        }
        running.remove(this);
    }

    private ServerStream<ReadLogResponse> opened() {
        ServerStream<ReadLogResponse> present = stream;
        if (present == null) {
            ReadLogRequest.Builder request =
                    ReadLogRequest.newBuilder()
                            .setFullname(fullname)
                            .setKind(ToProto.logKind(kind))
                            .setAttempt(attempt)
                            .setFollow(follow);
            LogStart wanted = start;
            if (wanted == null) {
                request.setOffset(offset);
            } else {
                wanted.addTo(request);
            }
            present = caller.open(TaskServiceGrpc.getReadLogMethod(), request.build());
            stream = present;
            if (isClosed()) {
                present.close();
            }
        }
        return present;
    }

    /** The part of a piece that was not read before; null if there is none. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads, others only ask
    private byte @Nullable [] take(ReadLogResponse response) {
        failures = 0;
        anythingCame = true;
        start = null;
        if (response.getAttempt() > 0) {
            attempt = response.getAttempt();
        }
        if (response.getEnd()) {
            ended = true;
            finished = true;
        }
        dropped += response.getDropped();
        ByteString data = response.getData();
        long known = offset < 0 ? response.getOffset() : offset;
        long repeated = Math.clamp(known - response.getOffset(), 0, data.size());
        offset = Math.max(known, response.getOffset() + data.size());
        ByteString fresh = data.substring((int) repeated);
        return fresh.isEmpty() ? null : fresh.toByteArray();
    }

    /** Without following, that is all there is; with it, the end has to be said. */
    private void endOfStream() throws InterruptedException {
        stream = null;
        if (follow) {
            pause(new IllegalStateException("the coordinator ended the stream"));
        } else {
            finished = true;
        }
    }

    private void broken(RuntimeException why) {
        ServerStream<ReadLogResponse> broken = stream;
        stream = null;
        if (isClosed()) {
            return;
        }
        if (broken != null && why instanceof StatusRuntimeException call) {
            caller.streamEnded(broken, call);
            if (broken.isWorthRepeating()) {
                return;
            }
        }
        boolean patient = follow && anythingCame;
        if (!Errors.isTransient(why)
                || (!patient && failures + 1 >= caller.maxAttempts() * caller.addresses())) {
            throw caller.failure(why);
        }
        try {
            pause(why);
        } catch (InterruptedException e) {
            close();
            throw Errors.interrupted(e);
        }
    }

    private void pause(Throwable why) throws InterruptedException {
        failures++;
        if (failures >= caller.addresses()) {
            Duration interval = caller.interval(failures - caller.addresses() + 1, why);
            if (closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                finished = true;
            }
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }
}
