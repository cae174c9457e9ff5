package io.cattino.agent;

import io.cattino.agent.core.AgentCore;
import io.cattino.agent.core.AgentEffect;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.Moment;
import io.cattino.agent.fence.BootClock;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the core: takes inputs from a mailbox, stamps them, and hands the
 * effects on in order. Whatever blocks is done elsewhere.
 */
final class AgentLoop {

    private static final long READ_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    /** A leader that hears nothing for so long gives the node no new tasks any more. */
    private static final long FROZEN_MS = 10_000;

    private final AgentCore core;
    private final Consumer<AgentEffect> effects;
    private final InstantSource wall;
    private final BootClock clock;
    private long lookedMs;
    private final LinkedBlockingQueue<Item> mailbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Thread thread;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile boolean closed;

    /** Something to do on the loop, and whom to tell that it will not be done. */
    private record Item(Runnable work, Consumer<Throwable> abandon) {}

    /**
     * @param effects called on the loop's thread; must not block for long
     * @param clock that goes on while the machine is suspended
     */
    AgentLoop(AgentCore core, Consumer<AgentEffect> effects, InstantSource wall, BootClock clock) {
        this.clock = clock;
        this.lookedMs = clock.millis();
        this.core = core;
        this.effects = effects;
        this.wall = wall;
        this.thread = Thread.ofPlatform().daemon().name("agent-loop").unstarted(this::run);
    }

    void start() {
        lookedMs = clock.millis();
        thread.start();
    }

    /** Hands in an input; the loop stamps it when it takes it. Never blocks. */
    void post(Function<Moment, AgentInput> input) {
        offer(new Item(() -> take(input), _ -> {}));
    }

    /** Says that time went on, unless that is still waiting to be heard. Never blocks. */
    void tick() {
        if (ticking.compareAndSet(false, true)) {
            post(at -> {
                ticking.set(false);
                return new AgentInput.Tick(at);
            });
        }
    }

    /**
     * Reads the core, after everything that was handed in before. Fails if nobody does within 5 s,
     * as when the loop was stopped.
     */
    <T> CompletableFuture<T> read(Function<AgentCore, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        offer(new Item(() -> answer.complete(question.apply(core)), answer::completeExceptionally));
        return answer.orTimeout(READ_SECONDS, TimeUnit.SECONDS);
    }

    /** Hands in an input and reads the core right after it. */
    <T> CompletableFuture<T> ask(
            Function<Moment, AgentInput> input, Function<AgentCore, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        offer(
                new Item(
                        () -> {
                            take(input);
                            answer.complete(question.apply(core));
                        },
                        answer::completeExceptionally));
        return answer;
    }

    /** Completes, exceptionally, if the loop died of a bug; the attempts go on without it. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    private void offer(Item item) {
        mailbox.add(item);
        if (failure.isDone()) {
            abandonAll(); // nobody takes it any more
        }
    }

    private void abandonAll() {
        IllegalStateException dead = new IllegalStateException("the agent's loop has died");
        Item item = mailbox.poll();
        while (item != null) {
            item.abandon().accept(dead);
            item = mailbox.poll();
        }
    }

    private void take(Function<Moment, AgentInput> input) {
        noticeFreeze();
        core.step(input.apply(now())).forEach(effects);
    }

    /** There is something to do ten times a second; if there was not, this process stood still. */
    private void noticeFreeze() {
        long nowMs = clock.millis();
        long gap = nowMs - lookedMs;
        lookedMs = nowMs;
        if (gap >= FROZEN_MS) {
            LOG.warn("frozen millis={}", gap);
            core.step(new AgentInput.Frozen(now(), gap)).forEach(effects);
        }
    }

    private Moment now() {
        return new Moment(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), wall.millis());
    }

    private void run() {
        try {
            while (!closed) {
                mailbox.take().work().run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("agent_loop_failed: this is a bug; restart the agent, its tasks go on", e);
            failure.completeExceptionally(e);
            abandonAll();
        }
    }

    /** Stops it after what it is doing now. */
    void stop() throws InterruptedException {
        closed = true;
        offer(new Item(() -> {}, _ -> {})); // wakes it; an interrupt could hit a write to disk
        thread.join();
    }
}
