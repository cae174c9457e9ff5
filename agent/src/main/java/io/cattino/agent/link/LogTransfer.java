package io.cattino.agent.link;

import com.google.protobuf.ByteString;
import io.cattino.agent.exec.LogFile;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.LogTransferChunk;
import io.cattino.proto.v1.LogTransferOpened;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends one log, as far as credit goes. {@link #run} blocks; one thread each. */
final class LogTransfer implements StreamObserver<LogTransferResponse> {

    private static final int LARGEST_CHUNK = 64 * 1024;
    private static final long POLL_MS = 100;

    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long credit;
    private boolean cancelled;

    /**
     * What to send.
     *
     * @param transferId how the leader knows it
     * @param file where the log is, once there is one; asked until then
     * @param start where to begin
     * @param follow go on until the attempt is over
     * @param over whether the log is complete; may block
     */
    record Source(
            String transferId,
            Supplier<Optional<Path>> file,
            LogStart start,
            boolean follow,
            BooleanSupplier over) {}

    LogTransfer(Source source) {
        this.source = source;
    }

    /** Sends until everything was sent or the other side has enough. */
    void run(AgentServiceGrpc.AgentServiceStub stub) throws InterruptedException {
        StreamObserver<LogTransferRequest> out = stub.logTransfer(this);
        try {
            out.onNext(
                    LogTransferRequest.newBuilder()
                            .setOpened(
                                    LogTransferOpened.newBuilder()
                                            .setTransferId(source.transferId()))
                            .build());
            send(out);
            out.onCompleted();
        } catch (IOException | RuntimeException e) {
            out.onError(e);
        }
    }

    private void send(StreamObserver<LogTransferRequest> out)
            throws IOException, InterruptedException {
        boolean over = source.over().getAsBoolean(); // before looking: what is there then is all
        LogFile log = open();
        try {
            while (log == null && source.follow() && !over && pause()) {
                over = source.over().getAsBoolean();
                log = open();
            }
            if (log == null) {
                sendChunk(out, chunk(ByteString.EMPTY, 0).setEnd(over));
            } else {
                long size = log.size();
                send(out, log, size, source.start().find(log, size), over);
            }
        } finally {
            if (log != null) {
                log.close();
            }
        }
    }

    private void send(
            StreamObserver<LogTransferRequest> out,
            LogFile log,
            long size,
            long first,
            boolean overBefore)
            throws IOException, InterruptedException {
        boolean over = overBefore;
        long position = first;
        long dropped = 0;
        while (true) {
            // Without `follow` it ends where the file ended when it was opened.
            long limit = source.follow() || over ? Long.MAX_VALUE : size;
            long there = Math.max(position, Math.min(limit, log.present(position)));
            dropped += there - position;
            position = there;
            int wanted = (int) Math.min(LARGEST_CHUNK, limit - position);
            int granted = wanted <= 0 ? 0 : awaitCredit(wanted);
            if (granted < 0) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(granted);
            int read = granted == 0 ? -1 : log.read(buffer, position);
            if (read > 0) {
                useCredit(read);
                sendChunk(
                        out,
                        chunk(ByteString.copyFrom(buffer.flip()), position).setDropped(dropped));
                position += read;
                dropped = 0;
            } else if (read < 0 && (over || !source.follow())) {
                sendChunk(out, chunk(ByteString.EMPTY, position).setDropped(dropped).setEnd(over));
                return;
            } else if (read < 0) {
                if (!pause()) {
                    return;
                }
                over = source.over().getAsBoolean();
            } // else it was dropped just now, and what is there begins later
        }
    }

    private static LogTransferChunk.Builder chunk(ByteString data, long offset) {
        return LogTransferChunk.newBuilder().setData(data).setOffset(offset);
    }

    private static void sendChunk(
            StreamObserver<LogTransferRequest> out, LogTransferChunk.Builder chunk) {
        out.onNext(LogTransferRequest.newBuilder().setChunk(chunk).build());
    }

    private @Nullable LogFile open() throws IOException {
        Optional<Path> file = source.file().get();
        if (file.isEmpty()) {
            return null;
        }
        try {
            return LogFile.open(file.get());
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    /** How much may be sent now, at most {@code wanted}; -1 when nobody wants any more. */
    private int awaitCredit(int wanted) throws InterruptedException {
        lock.lock();
        try {
            while (credit <= 0 && !cancelled) {
                changed.await();
            }
            return cancelled ? -1 : (int) Math.min(wanted, credit);
        } finally {
            lock.unlock();
        }
    }

    private void useCredit(int bytes) {
        lock.lock();
        try {
            credit -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the log grow; false when nobody wants any more. */
    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(POLL_MS);
            while (left > 0 && !cancelled) {
                left = changed.awaitNanos(left);
            }
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onNext(LogTransferResponse response) {
        lock.lock();
        try {
            credit += Math.max(0, response.getCredit());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable failure) {
        cancel();
    }

    @Override
    public void onCompleted() {
        cancel();
    }

    private void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
