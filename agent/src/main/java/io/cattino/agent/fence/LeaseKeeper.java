package io.cattino.agent.fence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's lease: until when a leader is known to have heard it. It is written for the fence, on
 * a thread of its own, while there is something to fence. Thread-safe.
 */
public final class LeaseKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private static final long NONE = -1;
    private static final long CLOSE_SECONDS = 5;
    private static final long WRITE_SECONDS = 2;

    private final LeaseFile file;
    private final AtomicLong base;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile boolean kept;

    /** Whether one was written since there is something to fence. */
    private volatile boolean written;

    private final ExecutorService disk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("agent-lease").factory());

    /**
     * Goes on from the lease of an earlier agent in this boot.
     *
     * @param root the agent's data directory
     */
    public LeaseKeeper(Path root, String bootId, BootClock clock) throws IOException {
        this.file = new LeaseFile(root.resolve(FenceKeeper.LEASE), bootId, clock);
        this.base = new AtomicLong(file.read().orElse(NONE));
    }

    /** A leader is known to have heard the node by then. Never goes back; returns at once. */
    public void extend(long bootMs) {
        if (base.getAndAccumulate(bootMs, Math::max) < bootMs && kept) {
            write();
        }
    }

    /** Milliseconds of the clock since the boot; empty before the first lease of this boot. */
    public OptionalLong base() {
        long now = base.get();
        return now == NONE ? OptionalLong.empty() : OptionalLong.of(now);
    }

    /**
     * There is something to fence from now on. Waits until the lease that holds now is written: a
     * fence must not go by one from before there was.
     *
     * @return whether it is
     */
    boolean keep() {
        kept = true;
        if (written || base.get() == NONE) {
            return true;
        }
        try {
            return disk.submit(this::writeNow).get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("lease_not_written file={}", file.file(), e);
        }
        return false;
    }

    /** There is nothing to fence any more. */
    void rest() {
        kept = false;
        written = false;
    }

    private void write() {
        if (writing.compareAndSet(false, true)) {
            disk.execute(() -> {
                writing.set(false); // first: what comes now is written by the next one
                var _ = writeNow();
            });
        }
    }

    private boolean writeNow() {
        try {
            file.write(base.get());
            written = true;
            return true;
        } catch (IOException e) {
            LOG.warn("lease_not_written file={}", file.file(), e);
            return false;
        }
    }

    /** Writes what it has. */
    @Override
    public void close() {
        disk.shutdown();
        try {
            if (!disk.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("lease_unwritten file={}: the disk is slow", file.file());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
