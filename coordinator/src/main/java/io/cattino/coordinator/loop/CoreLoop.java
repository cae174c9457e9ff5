package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.core.Step;
import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the core. Takes a batch of inputs from its mailbox, steps each, looks at
 * the queue once, appends the facts; when they are durable, publishes the events, releases the
 * effects and completes the replies, strictly in that order (law 1). If an append fails, the
 * leadership is over: everything that waits fails with NOT_LEADING.
 */
public final class CoreLoop implements Leader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoreLoop.class);
    private static final int MAILBOX = 100_000;
    private static final int CLIENTS = MAILBOX / 10 * 8;
    private static final int BATCH = 1_000;
    private static final int RING = 100_000;
    private static final long TICK_NANOS = 250_000_000;

    /** An idle journal looks each second. */
    private static final long SURE_NANOS = 2_000_000_000L;

    /** What {@link #close} waits for the journal, before it gives it up. */
    private static final long CLOSING_MS = 10_000;

    /** Batches on their way to the journal: while it is busy, the next batch grows instead. */
    private static final int IN_FLIGHT = 4;

    private final SchedulerCore core;
    private final Journal journal;
    private final Clock clock;
    private final EffectSink effects;
    private final Consumer<Throwable> onLost;
    private final LoopListener listener;
    private final EventFeed feed;
    private final BlockingQueue<Letter> mailbox = new LinkedBlockingQueue<>();
    private final AtomicReference<@Nullable Throwable> over = new AtomicReference<>();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final Thread thread;

    /** What happens when the journal is lost while nothing is being appended. */
    private CompletableFuture<Void> journalLost = new CompletableFuture<>();

    private long nextTickNanos = System.nanoTime();
    private CompletableFuture<Void> lastCommit = CompletableFuture.completedFuture(null);

    /** Something for the loop's thread to do. */
    private sealed interface Letter {
        CompletableFuture<?> answer();
    }

    private record Ask(Function<Time, Input> input, CompletableFuture<Reply> answer)
            implements Letter {}

    private record Look<T>(Function<View, T> query, CompletableFuture<T> answer) implements Letter {
        Runnable at(View view) {
            T result = query.apply(view);
            return () -> answer.complete(result);
        }
    }

    /** What is given out once a batch is durable. */
    private static final class Batch {
        final List<Fact> facts = new ArrayList<>();
        final List<Effect> effects = new ArrayList<>();
        final List<TaskEvent> events = new ArrayList<>();
        final List<Runnable> answers = new ArrayList<>();
        final List<CompletableFuture<?>> promised = new ArrayList<>();

        boolean isEmpty() {
            return facts.isEmpty() && effects.isEmpty() && answers.isEmpty();
        }
    }

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
        this.core = core;
        this.journal = journal;
        this.clock = clock;
        this.effects = effects;
        this.listener = listener;
        this.onLost = onLost;
        this.feed = new EventFeed(RING, core.state().revision());
        this.thread = Thread.ofPlatform().name("cattino-loop").unstarted(this::run);
    }

    /**
     * Begins the leadership.
     *
     * @param owner who leads, for the journal
     * @return completes when the first fact of this epoch is durable
     */
    public CompletableFuture<Reply> start(String owner) {
        CompletableFuture<Reply> activated =
                submit(Sender.FARM, at -> new Input.Activated(at, journal.epoch(), owner));
        journalLost = journal.failure().thenAccept(this::end);
        thread.start();
        return activated;
    }

    @Override
    public long epoch() {
        return journal.epoch();
    }

    @Override
    public boolean isSure() {
        return over.get() == null && System.nanoTime() - journal.confirmedNanos() <= SURE_NANOS;
    }

    @Override
    public EventFeed events() {
        return feed;
    }

    @Override
    public CompletableFuture<Reply> submit(Sender sender, Function<Time, Input> input) {
        return post(sender, new Ask(input, new CompletableFuture<>()));
    }

    @Override
    public <T> CompletableFuture<T> read(Function<View, T> query) {
        Look<T> look = new Look<>(query, new CompletableFuture<>());
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
        if (over.get() != null) {
            failMailbox();
        }
        return answer;
    }

    private void run() {
        List<Letter> letters = new ArrayList<>();
        try {
            while (over.get() == null) {
                letters.clear();
                take(letters);
                if (over.get() == null) {
                    batch(letters);
                } else {
                    letters.forEach(letter -> fail(letter.answer()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(e);
            letters.forEach(letter -> fail(letter.answer()));
        } catch (RuntimeException | Error e) {
            // A bug: the state can no longer be trusted. Another replays what is durable.
            LOG.error("the core failed; the leadership ends", e);
            end(e);
            letters.forEach(letter -> fail(letter.answer()));
        }
        failMailbox();
    }

    /** Waits for letters, but not beyond the next tick. */
    private void take(List<Letter> letters) throws InterruptedException {
        long wait = core.dirty() ? 0 : nextTickNanos - System.nanoTime();
        Letter first = mailbox.poll(wait, TimeUnit.NANOSECONDS);
        if (first != null) {
            letters.add(first);
            mailbox.drainTo(letters, BATCH - 1);
        }
    }

    private void batch(List<Letter> letters) throws InterruptedException {
        long began = System.nanoTime();
        long firstRevision = core.state().revision() + 1;
        Batch batch = new Batch();
        for (Letter letter : letters) {
            batch.promised.add(letter.answer());
            switch (letter) {
                case Ask ask -> ask(ask, batch);
                case Look<?> look -> batch.answers.add(look(look));
            }
        }
        if (core.dirty() || began >= nextTickNanos) {
            nextTickNanos = began + TICK_NANOS;
            collect(core.step(new Input.Tick(clock.now())), batch);
        }
        listener.stepped(letters.size(), System.nanoTime() - began);
        commit(firstRevision, batch);
    }

    private void ask(Ask ask, Batch batch) {
        Input input;
        try {
            input = ask.input().apply(clock.now());
        } catch (RuntimeException e) {
            // A sender's bug is the sender's: the core has not seen it.
            batch.answers.add(() -> ask.answer().completeExceptionally(e));
            return;
        }
        Step step = core.step(input);
        collect(step, batch);
        batch.answers.add(() -> ask.answer().complete(step.reply()));
    }

    private <T> Runnable look(Look<T> look) {
        try {
            return look.at(core);
        } catch (RuntimeException e) {
            // A reader's bug is the reader's: it changed nothing.
            return () -> look.answer().completeExceptionally(e);
        }
    }

    private static void collect(Step step, Batch batch) {
        batch.facts.addAll(step.facts());
        batch.effects.addAll(step.effects());
        batch.events.addAll(step.events());
    }

    /**
     * Effects, events and answers wait for everything appended so far, also if this batch has no
     * facts of its own: then its append is an empty one. While the journal stands still so does the
     * loop, and the mailbox fills.
     */
    private void commit(long firstRevision, Batch batch) throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        long revision = core.state().revision();
        inFlight.acquire();
        CompletableFuture<Void> durable =
                journal.append(firstRevision, List.copyOf(batch.facts))
                        .whenComplete((_, _) -> inFlight.release());
        lastCommit =
                lastCommit
                        .thenCombine(durable, (_, _) -> batch)
                        .thenAccept(done -> release(revision, done))
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                end(failure);
                                batch.promised.forEach(this::fail);
                            }
                        });
    }

    private void release(long revision, Batch batch) {
        feed.publish(revision, batch.events);
        if (!batch.effects.isEmpty()) {
            effects.release(List.copyOf(batch.effects));
        }
        batch.answers.forEach(Runnable::run);
    }

    private void end(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (over.compareAndSet(null, cause)) {
            feed.close();
            onLost.accept(cause);
        }
    }

    private void failMailbox() {
        List<Letter> left = new ArrayList<>();
        mailbox.drainTo(left);
        left.forEach(letter -> fail(letter.answer()));
    }

    private void fail(CompletableFuture<?> answer) {
        answer.completeExceptionally(
                new LeaderException(
                        LeaderException.Kind.NOT_LEADING, "this server does not lead any more"));
    }

    /** Ends the leadership: what was appended is waited for, what is in the mailbox fails. */
    @Override
    public void close() {
        if (over.compareAndSet(null, new JournalException("closed"))) {
            feed.close();
        }
        journalLost.cancel(false);
        mailbox.add(new Look<>(_ -> true, new CompletableFuture<>())); // so that it wakes up now
        try {
            thread.join(CLOSING_MS);
            if (thread.isAlive()) {
                // It waits for a journal that stands still.
                thread.interrupt();
                thread.join();
            }
            lastCommit.handle((_, _) -> true).get(CLOSING_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the last batch was not confirmed before the loop closed", e);
        }
        journal.close();
        failMailbox();
    }
}
