package io.cattino.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who leads need not ask for everything, and never answers what it cannot know. */
class StandingTest {
    private long now = TimeUnit.SECONDS.toNanos(100);
    private final Standing standing = new Standing(() -> now);

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private CompletableFuture<Void> read() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        standing.await(List.of(new BatchQueue.Batch(1, List.of(), done)));
        return done;
    }

    private void ask(boolean led) {
        long sent = standing.ask();
        pass(10);
        standing.answered(sent, led);
    }

    @Test
    void nothingIsKnownInTheBeginning() {
        CompletableFuture<Void> read = read();
        assertThat(read).isNotDone();
        assertThat(standing.isDue(false)).isTrue();
        ask(true);
        assertThat(read).isCompleted();
        assertThat(standing.waiting()).isEmpty();
        assertThat(standing.isDue(false)).isFalse();
    }

    @Test
    void whatWasToldHoldsForTwoSecondsFromTheQuestion() {
        ask(true);
        pass(1_980);
        assertThat(read()).isCompleted();
        pass(10);
        CompletableFuture<Void> late = read();
        assertThat(late).isNotDone();
        assertThat(standing.isDue(false)).isTrue();
    }

    /** What was stored long ago says nothing of now, and what is durable keeps its place. */
    @Test
    void aLateAnswerIsNotForThoseWhoCameSince() {
        ask(true);
        long sent = now;
        pass(3_000);
        CompletableFuture<Void> read = read();
        standing.led(sent);
        assertThat(read).isNotDone();
        CompletableFuture<Void> durable = new CompletableFuture<>();
        standing.complete(List.of(new BatchQueue.Batch(1, List.of(), durable)));
        assertThat(durable).isNotDone();
        ask(true);
        assertThat(read).isCompleted();
        assertThat(durable).isCompleted();
        assertThat(standing.waiting()).isEmpty();
    }

    @Test
    void anAppendTellsItAsWell() {
        long sent = now;
        pass(500);
        standing.led(sent);
        assertThat(read()).isCompleted();
        pass(1_500);
        assertThat(read()).isNotDone();
    }

    @Test
    void anAnswerThatCameTooLateIsEnoughOnlyForWhoAskedBefore() {
        CompletableFuture<Void> first = read();
        long sent = standing.ask();
        pass(1);
        CompletableFuture<Void> second = read();
        pass(2_500);
        standing.answered(sent, true);
        // In order: the first waits for the second's answer as well.
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(standing.isDue(false)).isTrue();
        long again = standing.ask();
        pass(2_500);
        standing.answered(again, true);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void whoCannotBeToldAsksOnceASecond() {
        CompletableFuture<Void> read = read();
        ask(false);
        assertThat(read).isNotDone();
        assertThat(standing.isDue(true)).isFalse();
        pass(1_000);
        assertThat(standing.isDue(true)).isTrue();
        ask(true);
        assertThat(read).isCompleted();
        pass(5_000);
        assertThat(standing.isDue(true)).as("closing, and nobody waits").isFalse();
        assertThat(standing.isDue(false)).isTrue();
    }
}
