package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.Fact;
import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.core.Step;
import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.journal.Journal;
import io.cattino.coordinator.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of law 1, without a thread of its own: steps each letter of a batch, looks at the queue
 * once, appends the facts; when they are durable, publishes the events, releases the effects and
 * completes the replies, strictly in that order. If an append fails, the leadership is over:
 * everything that waits fails with NOT_LEADING.
 *
 * <p>{@link #step} and {@link #commit} belong to the one thread that owns the core (the loop's; a
 * simulation's only one), the rest may be called from any.
 */
public final class Pipeline {
    private static final int RING = 100_000;
    private static final long TICK_NANOS = 250_000_000;

    private final SchedulerCore core;
    private final Journal journal;
    private final Clock clock;
    private final LongSupplier nanos;
    private final EffectSink effects;
    private final Consumer<Throwable> onLost;
    private final LoopListener listener;
    private final EventFeed feed;
    private final AtomicReference<@Nullable Throwable> over = new AtomicReference<>();

    private long nextTickNanos;
    private CompletableFuture<Void> lastCommit = CompletableFuture.completedFuture(null);

    /** What is given out once a batch is durable. */
    public static final class Batch {
        private final long firstRevision;
        private final List<Fact> facts = new ArrayList<>();
        private final List<Effect> effects = new ArrayList<>();
        private final List<TaskEvent> events = new ArrayList<>();
        private final List<Runnable> answers = new ArrayList<>();
        private final List<CompletableFuture<?>> promised = new ArrayList<>();

        private Batch(long firstRevision) {
            this.firstRevision = firstRevision;
        }

        /** Nothing became true, and nobody waits: it need not be committed. */
        public boolean isEmpty() {
            return facts.isEmpty() && effects.isEmpty() && answers.isEmpty();
        }

        private void add(Step step) {
            facts.addAll(step.facts());
            effects.addAll(step.effects());
            events.addAll(step.events());
        }
    }

    /**
     * @param core over the replayed state; the pipeline's own from here on
     * @param nanos a monotonic clock, in nanoseconds
     * @param effects where effects go
     * @param onLost told once, when the leadership ended by itself
     */
    public Pipeline(
            SchedulerCore core,
            Journal journal,
            Clock clock,
            LongSupplier nanos,
            EffectSink effects,
            LoopListener listener,
            Consumer<Throwable> onLost) {
        this.core = core;
        this.journal = journal;
        this.clock = clock;
        this.nanos = nanos;
        this.effects = effects;
        this.listener = listener;
        this.onLost = onLost;
        this.feed = new EventFeed(RING, core.state().revision());
        this.nextTickNanos = nanos.getAsLong();
    }

    /** The letter with which a leadership begins. */
    public Letter.Ask activation(String owner) {
        long epoch = journal.epoch();
        return new Letter.Ask(
                at -> new Input.Activated(at, epoch, owner), new CompletableFuture<>());
    }

    /** How long nothing has to be done if no letter comes. */
    public long untilTickNanos() {
        return core.dirty() ? 0 : nextTickNanos - nanos.getAsLong();
    }

    /** Steps every letter, and lets time go by if that is due. */
    public Batch step(List<Letter> letters) {
        long began = nanos.getAsLong();
        Batch batch = new Batch(core.state().revision() + 1);
        for (Letter letter : letters) {
            batch.promised.add(letter.answer());
            switch (letter) {
                case Letter.Ask ask -> ask(ask, batch);
                case Letter.Look<?> look -> batch.answers.add(look(look));
            }
        }
        if (core.dirty() || began >= nextTickNanos) {
            nextTickNanos = began + TICK_NANOS;
            batch.add(core.step(new Input.Tick(clock.now())));
        }
        listener.stepped(letters.size(), nanos.getAsLong() - began);
        return batch;
    }

    private void ask(Letter.Ask ask, Batch batch) {
        Input input;
        try {
            input = ask.input().apply(clock.now());
        } catch (RuntimeException e) {
            // A sender's bug is the sender's: the core has not seen it.
            batch.answers.add(() -> ask.answer().completeExceptionally(e));
            return;
        }
        Step step = core.step(input);
        batch.add(step);
        batch.answers.add(() -> ask.answer().complete(step.reply()));
    }

    private <T> Runnable look(Letter.Look<T> look) {
        try {
            return look.at(core);
        } catch (RuntimeException e) {
            // A reader's bug is the reader's: it changed nothing.
            return () -> look.answer().completeExceptionally(e);
        }
    }

    /**
     * Appends what was stepped last. Effects, events and answers wait for everything appended so
     * far, also if this batch has no facts of its own: then its append is an empty one.
     *
     * @return completes when the journal is done with it, well or not
     */
    public CompletableFuture<Void> commit(Batch batch) {
        long revision = core.state().revision();
        CompletableFuture<Void> durable =
                journal.append(batch.firstRevision, List.copyOf(batch.facts));
        lastCommit =
                lastCommit
                        .thenCombine(durable, (_, _) -> batch)
                        .thenAccept(done -> release(revision, done))
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                end(failure);
                                batch.promised.forEach(Pipeline::fail);
                            }
                        });
        return durable.handle((_, _) -> null);
    }

    private void release(long revision, Batch batch) {
        feed.publish(revision, batch.events);
        if (!batch.effects.isEmpty()) {
            effects.release(List.copyOf(batch.effects));
        }
        batch.answers.forEach(Runnable::run);
    }

    /** Completes when the newest batch was given out, or not. */
    CompletableFuture<Void> lastCommit() {
        return lastCommit;
    }

    /** Durable changes, in the order of their revisions. */
    public EventFeed events() {
        return feed;
    }

    /**
     * The state, if everything in it is known to be durable and it was the journal that ended the
     * leadership. Only once nobody steps any more, and what was appended is done with.
     */
    Optional<View> durable() {
        return over.get() instanceof JournalException && core.state().revision() == feed.revision()
                ? Optional.of(core)
                : Optional.empty();
    }

    /** The leadership has ended. */
    public boolean isOver() {
        return over.get() != null;
    }

    /** The leadership ends by itself, for this reason. Only the first one counts. */
    public void end(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (finish(cause)) {
            onLost.accept(cause);
        }
    }

    /** The leadership is ended by its owner, who is not told. False if it was over already. */
    public boolean finish(Throwable cause) {
        boolean first = over.compareAndSet(null, cause);
        if (first) {
            feed.close();
        }
        return first;
    }

    /** Tells whoever waits that it is unknown whether it happened. */
    public static void fail(CompletableFuture<?> answer) {
        answer.completeExceptionally(
                new LeaderException(
                        LeaderException.Kind.NOT_LEADING, "this server does not lead any more"));
    }
}
