package io.cattino.coordinator;

import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.loop.Leader;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.cattino.coordinator.zk.Election;
import io.cattino.coordinator.zk.Election.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator: its ports are open from the beginning; it queues up for the leadership, leads when
 * its turn has come, and queues up again when it has lost the journal's session (not the leadership
 * to another). Only being fenced, or a journal that cannot be read, ends it. Any thread.
 */
public final class Coordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 10_000;

    /** How often a leader may be replaced before its session is over. */
    private static final long REPLACING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final JournalStore store;
    private final CoordinatorConfig config;
    private final CoordinatorMetrics metrics;
    private final Path runRoot;
    private final Consumer<Exception> onFatal;
    private final CoordinatorServer server;
    private final Followed followed;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final Thread keeper;
    private final String candidate;
    private Optional<Term> first = Optional.empty();
    private long mayReplaceNanos = System.nanoTime();

    private volatile Election queue = Election.alone();

    /**
     * Opens the ports and queues up. Who is alone, as all-in-one servers are, leads when this
     * returns.
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
        Coordinator coordinator =
                new Coordinator(store, config, metrics, runRoot, onShutdown, onFatal);
        try {
            if (coordinator.queue.elected().isDone()) {
                coordinator.first =
                        Optional.of(
                                coordinator.lead(
                                        new Turn(coordinator.queue.place(), Optional.empty())));
            }
            coordinator.keeper.start();
            return coordinator;
        } catch (JournalException | IOException | RuntimeException e) {
            coordinator.queue.close();
            coordinator.server.close();
            throw e;
        }
    }

    private Coordinator(
            JournalStore store,
            CoordinatorConfig config,
            CoordinatorMetrics metrics,
            Path runRoot,
            Runnable onShutdown,
            Consumer<Exception> onFatal)
            throws IOException {
        this.store = store;
        this.config = config;
        this.metrics = metrics;
        this.runRoot = runRoot;
        this.onFatal = onFatal;
        this.server = CoordinatorServer.open(config, metrics, place(), onShutdown);
        this.followed = new Followed(server, runRoot.toString());
        this.candidate = server.address() + "/" + server.httpPort();
        this.queue = stand();
        this.keeper = Thread.ofPlatform().name("cattino-keeper").unstarted(this::keep);
    }

    private Election stand() {
        return config.allInOne() ? Election.alone() : store.stand(candidate);
    }

    public int grpcPort() {
        return server.grpcPort();
    }

    public int httpPort() {
        return server.httpPort();
    }

    /** {@code host:port} by which tasks and people reach it. */
    public String address() {
        return server.address();
    }

    /** Who leads here, from one leadership to the next. */
    public Leader leader() {
        return server.leader();
    }

    /** A leadership that is served. */
    private record Term(Leadership leadership, CoordinatorServer.Serving serving)
            implements AutoCloseable {
        @Override
        public void close() {
            serving.close();
            leadership.close();
        }
    }

    private Term lead(Turn turn) throws JournalException, IOException {
        followed.over();
        Leadership leadership =
                new Leadership(
                        store.lead(candidate, turn),
                        candidate,
                        metrics,
                        runRoot,
                        () -> queue.candidates().size() > 1);
        try {
            CoordinatorServer.Serving serving =
                    server.serve(leadership.loop(), leadership.sessions(), this::addresses);
            leadership.serving();
            return new Term(leadership, serving);
        } catch (RuntimeException e) {
            leadership.close();
            throw e;
        }
    }

    private void keep() {
        try {
            keepLeading();
        } catch (JournalException.Fenced | JournalException.Corrupt e) {
            onFatal.accept(e);
        } catch (RuntimeException | Error e) {
            // A bug of ours: a process that neither leads nor ends would be the worst outcome.
            onFatal.accept(new IllegalStateException("the coordinator cannot go on", e));
        } finally {
            queue.close();
        }
    }

    private void keepLeading() throws JournalException.Fenced, JournalException.Corrupt {
        long pause = FIRST_PAUSE_MS;
        while (!closing.isDone()) {
            try {
                Optional<Term> term = first.isPresent() ? first : takeTurn();
                first = Optional.empty();
                if (term.isPresent()) {
                    pause = FIRST_PAUSE_MS;
                    hold(term.get());
                } else {
                    pause = FIRST_PAUSE_MS; // nothing was tried in vain
                }
            } catch (JournalException.Fenced | JournalException.Corrupt e) {
                throw e;
            } catch (JournalException | IOException e) {
                LOG.error("not leading; the next one may try, and this one in {} ms", pause, e);
            }
            if (!closing.isDone()) {
                queue.close();
                pause(pause);
                pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
                queue = stand();
            }
        }
    }

    /** Leads as soon as it may; empty when it is not in the queue any more. */
    private Optional<Term> takeTurn() throws JournalException, IOException {
        while (true) {
            Optional<Turn> turn = awaitTurn(queue);
            if (turn.isEmpty()) {
                followed.failed(new JournalException("the session is lost"));
                return Optional.empty();
            }
            try {
                return Optional.of(lead(turn.get()));
            } catch (JournalException.Fenced | JournalException.Corrupt e) {
                throw e;
            } catch (JournalException e) {
                if (turn.get().gone().isEmpty()) {
                    throw e;
                }
                // It was faster, or not gone at all; this one is still the next.
                LOG.info("the leader was not replaced reason={}", e.getMessage());
            }
        }
    }

    /** Empty when the coordinator is closed meanwhile, or loses its place. */
    private Optional<Turn> awaitTurn(Election waiting) {
        if (waiting.elected().isDone()) {
            return Optional.of(new Turn(waiting.place(), Optional.empty()));
        }
        try (LeaderWatch watch = LeaderWatch.over(waiting, mayReplaceNanos);
                HotStandby _ = HotStandby.over(store, followed)) {
            CompletableFuture.anyOf(waiting.elected(), waiting.lost(), watch.gone(), closing)
                    .join();
            if (closing.isDone()) {
                return Optional.empty();
            }
            if (waiting.lost().isDone()) {
                LOG.warn("the ZooKeeper session was lost in the queue");
                return Optional.empty();
            }
            if (waiting.elected().isDone()) {
                return Optional.of(new Turn(waiting.place(), Optional.empty()));
            }
            mayReplaceNanos = System.nanoTime() + REPLACING_NANOS;
            return Optional.of(new Turn(waiting.place(), Optional.of(watch.gone().join())));
        }
    }

    /** Until the leadership is over, or the coordinator is closed. */
    private void hold(Term term) throws JournalException {
        CompletableFuture<Throwable> lost = term.leadership().lost();
        try (term) {
            CompletableFuture.anyOf(lost, closing).join();
        }
        if (!closing.isDone()) {
            term.leadership().left().ifPresent(server::remember);
            throw lost.join() instanceof JournalException cause
                    ? cause
                    : new JournalException("the leadership ended", lost.join());
        }
    }

    /** For tasks and agents: everybody who may lead. */
    private List<String> addresses() {
        List<String> all = queue.candidates();
        return all.size() < 2 ? List.of(address()) : all;
    }

    /** What the queue says, whichever it is. */
    private Seat.Queue place() {
        return new Seat.Queue() {
            @Override
            public String ledBy() {
                return queue.candidates().stream()
                        .findFirst()
                        .filter(first -> !first.equals(candidate))
                        .orElse("");
            }

            @Override
            public boolean isStoreAway() {
                return !queue.isConnected();
            }
        };
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

    /** Gives the leadership up, leaves the queue and closes the ports; running tasks go on. */
    @Override
    public void close() {
        closing.complete(null);
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
    }
}
