package io.cattino.coordinator;

import io.cattino.coordinator.agents.AgentSessions;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.loop.Clock;
import io.cattino.coordinator.loop.CoreLoop;
import io.cattino.coordinator.loop.LastKnown;
import io.cattino.coordinator.loop.Sender;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One leadership with everything it needs: the replayed state, its loop, and a snapshot now and
 * then. Ends by {@link #close}, or when the journal is lost; the next one is a new object.
 */
final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long LOOK_SECONDS = 10;
    private static final long ACTIVATION_SECONDS = 30;

    /** Records that a replay may have to read before a snapshot is taken. */
    private static final long SNAPSHOT_RECORDS = 1_000;

    /** For so long the snapshot is a standby's to make: its machine has the time for it. */
    private static final Duration DRAFT_PATIENCE = Duration.ofMinutes(1);

    private final CompletableFuture<Throwable> lost = new CompletableFuture<>();
    private final Journal journal;
    private final CoreLoop loop;
    private final AgentSessions sessions = new AgentSessions();
    private final ScheduledExecutorService background =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("cattino-background").factory());

    /** On the background thread only. */
    private boolean standbysSeen;

    /** The newest one; on the background thread only. */
    private CompletableFuture<Boolean> snapshot = CompletableFuture.completedFuture(false);

    /**
     * Begins the leadership that was taken of a store.
     *
     * @param owner who leads, for the journal
     * @param runRoot below which submissions get their directories
     * @param standbys whether another coordinator stands by to lead
     * @throws IOException if the journal does not take its first fact
     */
    Leadership(
            JournalStore.Leadership taken,
            String owner,
            CoordinatorMetrics metrics,
            Path runRoot,
            BooleanSupplier standbys)
            throws IOException {
        this.journal = taken.journal();
        Clock clock = new Clock(taken.state().now(), System::nanoTime, InstantSource.system());
        SchedulerCore core = new SchedulerCore(taken.state(), runRoot.toString());
        this.loop = new CoreLoop(core, journal, clock, sessions, metrics, lost::complete);
        try {
            activate(loop, owner);
        } catch (IOException | RuntimeException e) {
            loop.close();
            throw e;
        }
        var _ =
                background.scheduleWithFixedDelay(
                        this::snapshotIfDue, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        var _ =
                background.scheduleWithFixedDelay(
                        () -> lookForStandbys(standbys.getAsBoolean()), 0, 1, TimeUnit.SECONDS);
    }

    /** Whether this one's absence would be everybody's: placements from here on go by it. */
    private void lookForStandbys(boolean now) {
        if (now != standbysSeen) {
            standbysSeen = now;
            var _ = loop.submit(Sender.FARM, at -> new Input.StandbysSeen(at, now));
        }
    }

    /** The first fact of the epoch is durable before anybody is served. */
    private static void activate(CoreLoop loop, String owner) throws IOException {
        try {
            var _ = loop.start(owner).get(ACTIVATION_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the journal did not take the first fact of this leadership", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while taking the leadership", e);
        }
    }

    /** Before its time; for tests. */
    void look() {
        try {
            background.submit(this::snapshotIfDue).get(ACTIVATION_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private void snapshotIfDue() {
        // A checkpoint more would only distract those who stand by from the one that is waited for.
        if (!snapshot.isDone() || journal.recordsSinceSnapshot() < SNAPSHOT_RECORDS) {
            return;
        }
        Duration patience = standbysSeen ? DRAFT_PATIENCE : Duration.ZERO;
        snapshot =
                loop.submit(Sender.FARM, Input.TakeCheckpoint::new)
                        .thenCompose(_ -> journal.snapshot(patience))
                        .exceptionally(failure -> {
                            LOG.warn("no snapshot: the leadership is ending", failure);
                            return false;
                        });
    }

    /** Agents are let in from now on. */
    void serving() {
        var _ = loop.submit(Sender.FARM, Input.Serving::new);
    }

    AgentSessions sessions() {
        return sessions;
    }

    CoreLoop loop() {
        return loop;
    }

    /** Completes with the reason when the leadership is over though nobody closed it. */
    CompletableFuture<Throwable> lost() {
        return lost;
    }

    /** What may still be shown of it once it is closed; see {@link CoreLoop#left}. */
    Optional<LastKnown> left() {
        return loop.left();
    }

    @Override
    public void close() {
        background.shutdownNow();
        loop.close();
    }
}
