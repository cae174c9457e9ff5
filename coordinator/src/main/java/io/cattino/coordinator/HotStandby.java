package io.cattino.coordinator;

import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalStore;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the state of one who stands by up with the journal, on a thread of its own. */
final class HotStandby implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HotStandby.class);
    private static final long LOOK_MS = 250;
    private static final long LOOK_AFTER_FAILURE_MS = 1_000;

    private final JournalStore store;
    private final Followed followed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("hot-standby").unstarted(this::run);

    private HotStandby(JournalStore store, Followed followed) {
        this.store = store;
        this.followed = followed;
    }

    /**
     * Begins to read.
     *
     * @param followed told what came of it; this one's until {@link #close}
     */
    static HotStandby over(JournalStore store, Followed followed) {
        HotStandby standby = new HotStandby(store, followed);
        standby.thread.start();
        return standby;
    }

    private void run() {
        try {
            long pause = 0;
            while (!closed.await(pause, TimeUnit.MILLISECONDS)) {
                pause = follow() ? LOOK_MS : LOOK_AFTER_FAILURE_MS;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error(
                    "the journal is not followed any more; a takeover reads it from the start", e);
        }
    }

    private boolean follow() {
        try {
            long began = System.nanoTime();
            followed.read(store.follow(), began);
            return true;
        } catch (JournalException e) {
            // Also when the leader has dropped old records under us: from the new snapshot, then.
            LOG.info("the journal is read afresh reason={}", e.getMessage());
            followed.failed(e);
            return false;
        }
    }

    /** Ends it; it reads no more when this returns. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
