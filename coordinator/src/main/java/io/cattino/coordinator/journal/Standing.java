package io.cattino.coordinator.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What one leadership knows of whether it still leads, and the batches without facts that wait to
 * be told: what is read here may be answered only while nobody else can write. One thread, but for
 * what says otherwise.
 */
final class Standing {
    /** Who has nothing to write asks once in a while whether it still might. */
    static final long LOOK_MS = 1_000;

    private final LongSupplier nanoTime;
    private final List<BatchQueue.Batch> waiting = new ArrayList<>();

    /** Read by any thread. */
    private volatile long knownNanos;

    private long askedNanos;
    private long waitingNanos;
    private boolean asking;

    /** Somebody waits who came after it was last asked. */
    private boolean urgent;

    Standing(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.askedNanos = nanoTime.getAsLong();
        this.knownNanos = askedNanos - Journal.SURE_NANOS;
    }

    /** Whether it is time to ask, again or because somebody waits. */
    boolean isDue(boolean closing) {
        long since = nanoTime.getAsLong() - askedNanos;
        boolean again = since >= TimeUnit.MILLISECONDS.toNanos(LOOK_MS);
        return !asking && (urgent || (again && !(closing && waiting.isEmpty())));
    }

    /** It is asked now; what this returns goes to {@link #answered} with the answer. */
    long ask() {
        asking = true;
        urgent = false;
        askedNanos = nanoTime.getAsLong();
        return askedNanos;
    }

    /** It led, or could not be told. */
    void answered(long sentNanos, boolean led) {
        asking = false;
        if (led) {
            led(sentNanos);
        }
    }

    /** It led some time after that was sent, and so it does for a while. */
    void led(long sentNanos) {
        askedNanos = Math.max(askedNanos, sentNanos);
        knownNanos = Math.max(knownNanos, sentNanos);
        if (isKnown() || sentNanos - waitingNanos >= 0) {
            waiting.forEach(batch -> batch.done().complete(null));
            waiting.clear();
            urgent = false;
        }
    }

    /** When it was asked what was last answered well. Any thread. */
    long knownNanos() {
        return knownNanos;
    }

    private boolean isKnown() {
        return nanoTime.getAsLong() - knownNanos < Journal.SURE_NANOS;
    }

    /** Completes the batches once it is known that this leads; at once, if it is. */
    void await(List<BatchQueue.Batch> batches) {
        if (isKnown() && waiting.isEmpty()) {
            batches.forEach(batch -> batch.done().complete(null));
        } else if (!batches.isEmpty()) {
            waiting.addAll(batches);
            urgent = true;
            waitingNanos = nanoTime.getAsLong();
        }
    }

    /** Completes batches that are durable, behind those that wait before them. */
    void complete(List<BatchQueue.Batch> batches) {
        if (waiting.isEmpty()) {
            batches.forEach(batch -> batch.done().complete(null));
        } else {
            waiting.addAll(batches);
        }
    }

    /** Who waits, in order. */
    List<BatchQueue.Batch> waiting() {
        return List.copyOf(waiting);
    }
}
