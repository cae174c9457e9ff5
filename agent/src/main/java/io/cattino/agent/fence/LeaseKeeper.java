package io.cattino.agent.fence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

    private final LeaseFile file;
    private final AtomicLong base;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile boolean kept;
    private final ExecutorService disk =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("agent-lease").factory());

    /**
     * Goes on from the lease of an earlier agent in this boot.
     *
     * @param root the agent's data directory
     */
    public LeaseKeeper(Path root, String bootId) throws IOException {
        this.file = new LeaseFile(root.resolve(FenceKeeper.LEASE), bootId);
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

    /** There is something to fence, or there is not any more. */
    void keep(boolean needed) {
        if (needed && !kept) {
            kept = true;
            write();
        } else if (!needed) {
            kept = false;
        }
    }

    private void write() {
        if (writing.compareAndSet(false, true)) {
            disk.execute(() -> {
                writing.set(false); // first: what comes now is written by the next one
                long now = base.get();
                try {
                    if (now != NONE) {
                        file.write(now);
                    }
                } catch (IOException e) {
                    LOG.warn("lease_not_written file={}", file.file(), e);
                }
            });
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
