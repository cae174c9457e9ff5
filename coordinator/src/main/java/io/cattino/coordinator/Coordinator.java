package io.cattino.coordinator;

import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator: leads, and when it loses the journal's session (not the leadership to another),
 * replays and leads again under a new epoch. Only being fenced, or a journal that cannot be read,
 * ends it. Any thread.
 */
public final class Coordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 30_000;

    private final JournalStore store;
    private final CoordinatorConfig config;
    private final CoordinatorMetrics metrics;
    private final Path runRoot;
    private final Runnable onShutdown;
    private final Consumer<Exception> onFatal;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final Thread keeper;
    private volatile Leadership current;

    /**
     * Leads and opens the ports; it serves when this returns.
     *
     * @param store stays the caller's
     * @param metrics of this process
     * @param runRoot absolute directory below which submissions get theirs
     * @param onShutdown ends an all-in-one server after an {@code exit}; on a thread of its own
     * @param onFatal told once when it cannot go on: {@link JournalException.Fenced}, {@link
     *     JournalException.Corrupt}
     * @throws IOException if a port cannot be had
     */
    public static Coordinator start(
            JournalStore store,
            CoordinatorConfig config,
            CoordinatorMetrics metrics,
            Path runRoot,
            Runnable onShutdown,
            Consumer<Exception> onFatal)
            throws JournalException, IOException {
        Leadership first = new Leadership(store, config, metrics, runRoot, onShutdown);
        Coordinator coordinator =
                new Coordinator(store, config, metrics, runRoot, onShutdown, onFatal, first);
        coordinator.keeper.start();
        return coordinator;
    }

    private Coordinator(
            JournalStore store,
            CoordinatorConfig config,
            CoordinatorMetrics metrics,
            Path runRoot,
            Runnable onShutdown,
            Consumer<Exception> onFatal,
            Leadership first) {
        this.store = store;
        // The same ports after every replay, also if they were chosen by the system.
        this.config = config.withPorts(first.server().grpcPort(), first.server().httpPort());
        this.metrics = metrics;
        this.runRoot = runRoot;
        this.onShutdown = onShutdown;
        this.onFatal = onFatal;
        this.current = first;
        this.keeper = Thread.ofPlatform().name("cattino-keeper").unstarted(this::keep);
    }

    public int grpcPort() {
        return config.grpcPort();
    }

    public int httpPort() {
        return config.httpPort();
    }

    /** {@code host:port} by which tasks and people reach it. */
    public String address() {
        return current.server().address();
    }

    /** Who leads now; another object after the journal was lost and replayed. */
    public Leader leader() {
        return current.loop();
    }

    private void keep() {
        try {
            keepLeading();
        } catch (RuntimeException e) {
            // A bug of ours: a process that neither leads nor ends would be the worst outcome.
            onFatal.accept(e);
        }
    }

    private void keepLeading() {
        while (!closing.isDone()) {
            Throwable cause = awaitLoss();
            current.close();
            if (cause instanceof JournalException.Fenced fenced && !closing.isDone()) {
                onFatal.accept(fenced);
                return;
            }
            Optional<Leadership> next = replay(cause);
            if (next.isEmpty()) {
                return;
            }
            current = next.get();
        }
        current.close();
    }

    /**
     * Leads again, as soon as the store can be reached; empty when the coordinator ends meanwhile.
     */
    private Optional<Leadership> replay(Throwable cause) {
        long pause = FIRST_PAUSE_MS;
        while (!closing.isDone()) {
            LOG.error("not leading; will replay in {} ms", pause, cause);
            try {
                pause(pause);
                return closing.isDone()
                        ? Optional.empty()
                        : Optional.of(new Leadership(store, config, metrics, runRoot, onShutdown));
            } catch (JournalException.Corrupt e) {
                onFatal.accept(e);
                return Optional.empty();
            } catch (JournalException | IOException e) {
                cause = e;
                pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
            }
        }
        return Optional.empty();
    }

    /**
     * The reason why the current leadership ended, or that it was closed. A leadership that is
     * closed already has none.
     */
    private Throwable awaitLoss() {
        CompletableFuture.anyOf(current.lost(), closing).join();
        Throwable cause = current.lost().getNow(new JournalException("closing"));
        return cause instanceof CompletionException && cause.getCause() != null
                ? cause.getCause()
                : cause;
    }

    private void pause(long millis) {
        try {
            closing.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // The pause is over.
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("nobody interrupts or fails the keeper", e);
        }
    }

    /** Closes the ports and gives the leadership up; running tasks go on. */
    @Override
    public void close() {
        closing.complete(null);
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
