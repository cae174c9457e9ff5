package io.cattino.coordinator.zk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/**
 * One session with ZooKeeper, never replaced by another: what was written in it is seen by every
 * later read in it, and once it is gone every call fails with SESSIONEXPIRED. Reads are repeated
 * while the connection comes and goes, for as long as the client's patience; writes never are,
 * since their outcome may be unknown. Any thread.
 */
public final class ZkSession implements AutoCloseable {
    private static final int WINDOW = 32;

    private final ZooKeeper zk;
    private final List<ACL> acl;
    private final Duration patience;
    private final Consumer<ZkSession> onClose;
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A znode's bytes and version. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
    public record Versioned(byte[] data, int version) {}

    ZkSession(ZooKeeper zk, List<ACL> acl, Duration patience, Consumer<ZkSession> onClose) {
        this.zk = zk;
        this.acl = acl;
        this.patience = patience;
        this.onClose = onClose;
    }

    ZooKeeper handle() {
        return zk;
    }

    /** Whether what is written in one of them is seen by reads in the other. */
    public boolean isSameAs(ZkSession other) {
        return zk == other.zk && !lost.isDone() && !other.lost.isDone();
    }

    /** Runs something once the session is lost, on a thread of the client: do little there. */
    public void whenLost(Runnable action) {
        var _ = lost.thenRun(action);
    }

    void lost() {
        lost.complete(null);
    }

    /** The znode, or empty if there is none. */
    public Optional<Versioned> get(String path) throws KeeperException, InterruptedException {
        return reading(() -> {
            try {
                Stat stat = new Stat();
                byte[] data = zk.getData(path, false, stat);
                return Optional.of(
                        new Versioned(data == null ? new byte[0] : data, stat.getVersion()));
            } catch (KeeperException.NoNodeException e) {
                return Optional.empty();
            }
        });
    }

    /**
     * The data of all of them, in order; some are read at the same time. Throws NONODE if one is
     * missing.
     */
    public List<byte[]> getAll(List<String> paths) throws KeeperException, InterruptedException {
        List<byte[]> all = new ArrayList<>(paths.size());
        for (int from = 0; from < paths.size(); from += WINDOW) {
            List<String> window = paths.subList(from, Math.min(paths.size(), from + WINDOW));
            all.addAll(reading(() -> window(window)));
        }
        return all;
    }

    private List<byte[]> window(List<String> paths) throws KeeperException, InterruptedException {
        List<CompletableFuture<byte[]>> reads = new ArrayList<>();
        for (String path : paths) {
            CompletableFuture<byte[]> read = new CompletableFuture<>();
            zk.getData(
                    path,
                    false,
                    (rc, _, _, data, _) -> {
                        if (rc == Code.OK.intValue()) {
                            read.complete(data == null ? new byte[0] : data);
                        } else {
                            read.completeExceptionally(KeeperException.create(Code.get(rc), path));
                        }
                    },
                    null);
            reads.add(read);
        }
        List<byte[]> all = new ArrayList<>(paths.size());
        for (CompletableFuture<byte[]> read : reads) {
            try {
                all.add(read.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof KeeperException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return all;
    }

    /** Names of the children, in order; none if there is no such znode. */
    public List<String> children(String path) throws KeeperException, InterruptedException {
        return reading(() -> {
            try {
                return zk.getChildren(path, false).stream().sorted().toList();
            } catch (KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    /** An operation that makes a znode which only we may touch. */
    public Op create(String path, byte[] data) {
        return Op.create(path, data, acl, CreateMode.PERSISTENT);
    }

    /** All of the operations or none, tried once. CONNECTIONLOSS: nobody knows which. */
    public void multi(List<Op> operations) throws KeeperException, InterruptedException {
        CompletableFuture<Code> result = new CompletableFuture<>();
        multi(operations, result::complete);
        try {
            Code code = result.get();
            if (code != Code.OK) {
                throw KeeperException.create(code, operations.getLast().getPath());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * The same without waiting. Operations are carried out in the order of these calls; results
     * come in that order too, on a thread of the client.
     */
    public void multi(List<Op> operations, Consumer<Code> result) {
        zk.multi(operations, (rc, _, _, _) -> result.accept(Code.get(rc)), null);
    }

    /** No more is wanted of it; the client's connection stays. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.accept(this);
        }
    }

    private interface Read<T> {
        T run() throws KeeperException, InterruptedException;
    }

    private <T> T reading(Read<T> read) throws KeeperException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            if (lost.isDone()) {
                throw new KeeperException.SessionExpiredException();
            }
            try {
                return read.run();
            } catch (KeeperException.ConnectionLossException
                    | KeeperException.OperationTimeoutException e) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || !zk.getState().isAlive()) {
                    throw e;
                }
                pause(Math.min(left, Duration.ofMillis(50).toNanos()));
            }
        }
    }

    /** A failed attempt to reconnect may fail a call at once: do not spin. */
    private void pause(long nanos) throws InterruptedException {
        try {
            lost.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // the usual case: the session is still there, try again
            return;
        }
    }
}
