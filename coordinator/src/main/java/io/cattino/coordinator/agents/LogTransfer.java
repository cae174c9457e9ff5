package io.cattino.coordinator.agents;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.agents.LogRelay.Chunk;
import io.cattino.coordinator.agents.LogRelay.LogFailure;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.proto.v1.LogTransferResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One log on its way from an agent to one reader. Holds at most what the agent was given credit
 * for; credit is given back as the reader takes. One reader; the agent's side comes from other
 * threads.
 */
public final class LogTransfer implements AutoCloseable {
    private final NodeId node;
    private final String nodeName;
    private final Runnable onClose;
    private final long dialUntil;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<Chunk> chunks = new ArrayDeque<>();

    /** Bytes that the agent may still send. */
    @GuardedBy("lock")
    private long credit;

    @GuardedBy("lock")
    private @Nullable ServerCallStreamObserver<LogTransferResponse> stream;

    @GuardedBy("lock")
    private Optional<LogFailure> failure = Optional.empty();

    @GuardedBy("lock")
    private boolean finished;

    @GuardedBy("lock")
    private boolean closed;

    LogTransfer(NodeId node, String nodeName, Runnable onClose, Duration dial) {
        this.node = node;
        this.nodeName = nodeName;
        this.onClose = onClose;
        this.dialUntil = System.nanoTime() + dial.toNanos();
    }

    NodeId node() {
        return node;
    }

    /** The agent dialled. False if nobody waits, or another stream carries the log. */
    boolean attach(ServerCallStreamObserver<LogTransferResponse> out) {
        lock.lock();
        try {
            if (closed || stream != null || failure.isPresent()) {
                return false;
            }
            stream = out;
            credit = LogRelay.WINDOW_BYTES;
            out.onNext(LogTransferResponse.newBuilder().setCredit(credit).build());
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The agent sent something. */
    void arrived(Chunk chunk) {
        lock.lock();
        try {
            if (closed || failure.isPresent()) {
                return;
            }
            int size = chunk.data().size();
            if (size > credit || size > LogRelay.MAX_CHUNK_BYTES) {
                fail(true, "node " + nodeName + " sent more than it was asked for");
                return;
            }
            credit -= size;
            chunks.addLast(chunk);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The agent has no more to send. */
    void finished() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The agent's stream broke. */
    void broken() {
        fail(true, "the connection to node " + nodeName + " broke");
    }

    /** The session is gone over which the log was asked for. */
    void lost() {
        lock.lock();
        try {
            if (stream == null) {
                fail(true, "node " + nodeName + " is not connected any more");
            }
        } finally {
            lock.unlock();
        }
    }

    void fail(boolean away, String text) {
        lock.lock();
        try {
            if (failure.isEmpty() && !finished) {
                failure = Optional.of(new LogFailure(away, text));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether everything the agent had was taken. */
    public boolean done() {
        lock.lock();
        try {
            return finished && chunks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What comes next; empty if nothing came within that time, or if it is {@link #done}.
     *
     * @throws LogFailure if there will be no more; what had arrived before is given out first
     */
    public Optional<Chunk> next(Duration wait) throws LogFailure, InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = wait.toNanos();
            while (chunks.isEmpty() && !finished && failure.isEmpty() && left > 0) {
                if (stream == null && System.nanoTime() - dialUntil >= 0) {
                    fail(true, "node " + nodeName + " does not answer");
                } else {
                    left = changed.awaitNanos(stream == null ? Math.min(left, dialLeft()) : left);
                }
            }
            if (chunks.isEmpty() && failure.isPresent()) {
                throw failure.get();
            }
            return Optional.ofNullable(chunks.pollFirst());
        } finally {
            lock.unlock();
        }
    }

    private long dialLeft() {
        return Math.max(1, dialUntil - System.nanoTime());
    }

    /** So many bytes have gone to the reader: the agent may send as many more. */
    public void taken(int bytes) {
        lock.lock();
        try {
            ServerCallStreamObserver<LogTransferResponse> out = stream;
            if (out != null
                    && bytes > 0
                    && !closed
                    && !finished
                    && failure.isEmpty()
                    && !out.isCancelled()) {
                credit += bytes;
                out.onNext(LogTransferResponse.newBuilder().setCredit(bytes).build());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The reader is done or gone: the agent need not send on. */
    @Override
    public void close() {
        onClose.run();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            chunks.clear();
            ServerCallStreamObserver<LogTransferResponse> out = stream;
            if (out != null && !out.isCancelled()) {
                if (failure.isEmpty()) {
                    out.onCompleted();
                } else {
                    out.onError(
                            Status.ABORTED
                                    .withDescription("the log is not wanted any more")
                                    .asRuntimeException());
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
