package io.cattino.agent.link;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.LogTransferChunk;
import io.cattino.proto.v1.LogTransferOpened;
import io.cattino.proto.v1.LogTransferRequest;
import io.cattino.proto.v1.LogTransferResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        OpenedLog log = open();
        try {
            while (log == null && source.follow() && !over && pause()) {
                over = source.over().getAsBoolean();
                log = open();
            }
            if (log == null) {
                sendChunk(out, ByteString.EMPTY, 0, over);
            } else {
                long size = log.file().size();
                send(
                        out,
                        log.file(),
                        size,
                        source.start().find(log.name(), log.file(), size),
                        over);
            }
        } finally {
            if (log != null) {
                log.file().close();
            }
        }
    }

    private void send(
            StreamObserver<LogTransferRequest> out,
            FileChannel log,
            long size,
            long first,
            boolean overBefore)
            throws IOException, InterruptedException {
        boolean over = overBefore;
        long position = first;
        while (true) {
            // Without `follow` it ends where the file ended when it was opened.
            long limit = source.follow() || over ? Long.MAX_VALUE : size;
            int wanted = (int) Math.min(LARGEST_CHUNK, limit - position);
            int granted = wanted <= 0 ? 0 : awaitCredit(wanted);
            if (granted < 0) {
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(granted);
            int read = granted == 0 ? -1 : log.read(buffer, position);
            if (read > 0) {
                useCredit(read);
                sendChunk(out, ByteString.copyFrom(buffer.flip()), position, false);
                position += read;
            } else if (over || !source.follow()) {
                sendChunk(out, ByteString.EMPTY, position, over);
                return;
            } else if (pause()) {
                over = source.over().getAsBoolean();
            } else {
                return;
            }
        }
    }

    private static void sendChunk(
            StreamObserver<LogTransferRequest> out, ByteString data, long offset, boolean end) {
        out.onNext(
                LogTransferRequest.newBuilder()
                        .setChunk(
                                LogTransferChunk.newBuilder()
                                        .setData(data)
                                        .setOffset(offset)
                                        .setEnd(end))
                        .build());
    }

    private record OpenedLog(Path name, FileChannel file) {}

    private @Nullable OpenedLog open() throws IOException {
        Optional<Path> file = source.file().get();
        if (file.isEmpty()) {
            return null;
        }
        try {
            return new OpenedLog(
                    file.get(),
                    FileChannel.open(
                            file.get(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
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
