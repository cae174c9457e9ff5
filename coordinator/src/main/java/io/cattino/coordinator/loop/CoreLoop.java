package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the core, and its mailbox: takes a batch of letters at a time and puts
 * it through the {@link Pipeline}, which keeps the order of law 1.
 */
public final class CoreLoop implements Leader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoreLoop.class);
    private static final int MAILBOX = 100_000;
    private static final int CLIENTS = MAILBOX / 10 * 8;
    private static final int BATCH = 1_000;

    /** What {@link #close} waits for the journal, before it gives it up. */
    private static final long CLOSING_MS = 10_000;

    /** Batches on their way to the journal: while it is busy, the next batch grows instead. */
    private static final int IN_FLIGHT = 4;

    private final Journal journal;
    private final Pipeline pipeline;
    private final BlockingQueue<Letter> mailbox = new LinkedBlockingQueue<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final Thread thread;

    /** What happens when the journal is lost while nothing is being appended. */
    private CompletableFuture<Void> journalLost = new CompletableFuture<>();

    /**
     * Makes a loop; {@link #start} starts it.
     *
     * @param core over the replayed state; the loop's own from here on
     * @param effects where effects go
     * @param onLost told once, when the leadership ended by itself; on a thread of the loop or of
     *     the journal, so {@link #close} the loop on another one
     */
    public CoreLoop(
            SchedulerCore core,
            Journal journal,
            Clock clock,
            EffectSink effects,
            LoopListener listener,
            Consumer<Throwable> onLost) {
        this.journal = journal;
        this.pipeline =
                new Pipeline(core, journal, clock, System::nanoTime, effects, listener, onLost);
        this.thread = Thread.ofPlatform().name("cattino-loop").unstarted(this::run);
    }

    /**
     * Begins the leadership.
     *
     * @param owner who leads, for the journal
     * @return completes when the first fact of this epoch is durable
     */
    public CompletableFuture<Reply> start(String owner) {
        CompletableFuture<Reply> activated = post(Sender.FARM, pipeline.activation(owner));
        journalLost = journal.failure().thenAccept(pipeline::end);
        thread.start();
        return activated;
    }

    @Override
    public long epoch() {
        return journal.epoch();
    }

    @Override
    public boolean isSure() {
        return !pipeline.isOver()
                && System.nanoTime() - journal.confirmedNanos() < Journal.SURE_NANOS;
    }

    @Override
    public EventFeed events() {
        return pipeline.events();
    }

    @Override
    public CompletableFuture<Reply> submit(Sender sender, Function<Time, Input> input) {
        return post(sender, new Letter.Ask(input, new CompletableFuture<>()));
    }

    @Override
    public <T> CompletableFuture<T> read(Function<View, T> query) {
        Letter.Look<T> look = new Letter.Look<>(query, new CompletableFuture<>());
        return post(Sender.CLIENT, look);
    }

    @SuppressWarnings("unchecked") // the letter's own future
    private <T> CompletableFuture<T> post(Sender sender, Letter letter) {
        CompletableFuture<T> answer = (CompletableFuture<T>) letter.answer();
        if (sender == Sender.CLIENT && mailbox.size() >= CLIENTS) {
            answer.completeExceptionally(
                    new LeaderException(
                            LeaderException.Kind.OVERLOADED,
                            "the leader has too much to do; try later"));
            return answer;
        }
        mailbox.add(letter);
        if (pipeline.isOver()) {
            failMailbox();
        }
        return answer;
    }

    private void run() {
        List<Letter> letters = new ArrayList<>();
        try {
            while (!pipeline.isOver()) {
                letters.clear();
                take(letters);
                if (!pipeline.isOver()) {
                    batch(letters);
                } else {
                    letters.forEach(letter -> Pipeline.fail(letter.answer()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pipeline.end(e);
            letters.forEach(letter -> Pipeline.fail(letter.answer()));
        } catch (RuntimeException | Error e) {
            // A bug: the state can no longer be trusted. Another replays what is durable.
            LOG.error("the core failed; the leadership ends", e);
            pipeline.end(e);
            letters.forEach(letter -> Pipeline.fail(letter.answer()));
        }
        failMailbox();
    }

    /** Waits for letters, but not beyond the next tick. */
    private void take(List<Letter> letters) throws InterruptedException {
        Letter first = mailbox.poll(pipeline.untilTickNanos(), TimeUnit.NANOSECONDS);
        if (first != null) {
            letters.add(first);
            mailbox.drainTo(letters, BATCH - 1);
        }
    }

    /** While the journal stands still so does the loop, and the mailbox fills. */
    private void batch(List<Letter> letters) throws InterruptedException {
        Pipeline.Batch batch = pipeline.step(letters);
        if (!batch.isEmpty()) {
            inFlight.acquire();
            var _ = pipeline.commit(batch).thenRun(inFlight::release);
        }
    }

    /**
     * What may still be shown of a leadership that was lost with its journal; empty if the state
     * has run ahead of what is known to be durable. Only after {@link #close}.
     */
    public Optional<LastKnown> left() {
        boolean still = !thread.isAlive() && pipeline.lastCommit().isDone();
        return still
                ? pipeline.durable().map(view -> new LastKnown(view, journal.confirmedNanos()))
                : Optional.empty();
    }

    private void failMailbox() {
        List<Letter> left = new ArrayList<>();
        mailbox.drainTo(left);
        left.forEach(letter -> Pipeline.fail(letter.answer()));
    }

    /** Ends the leadership: what was appended is waited for, what is in the mailbox fails. */
    @Override
    public void close() {
        pipeline.finish(new JournalException("closed"));
        journalLost.cancel(false);
        mailbox.add(
                new Letter.Look<>(_ -> true, new CompletableFuture<>())); // so that it wakes up now
        try {
            thread.join(CLOSING_MS);
            if (thread.isAlive()) {
                // It waits for a journal that stands still.
                thread.interrupt();
                thread.join();
            }
            pipeline.lastCommit().handle((_, _) -> true).get(CLOSING_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the last batch was not confirmed before the loop closed", e);
        }
        journal.close();
        failMailbox();
    }
}
