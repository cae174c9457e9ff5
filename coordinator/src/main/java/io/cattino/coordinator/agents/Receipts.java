package io.cattino.coordinator.agents;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/**
 * Whether what one agent is told arrives: its messages are counted, and its heartbeats say how far
 * it has come (F29: a cut of one direction leaves the heartbeats alone). Any thread.
 */
final class Receipts {
    /** A message may be under way for so long. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    @GuardedBy("this")
    private long sent;

    @GuardedBy("this")
    private long received;

    /** The oldest message without a receipt was not sent before this. */
    @GuardedBy("this")
    private long waitingSinceNanos;

    /** The number of a message that is sent now. */
    synchronized long next(long nowNanos) {
        if (sent == received) {
            waitingSinceNanos = nowNanos;
        }
        return ++sent;
    }

    /**
     * A heartbeat has come.
     *
     * @param upTo number of the newest message that the agent has; 0: an older agent, which does
     *     not say
     * @return whether it lacks one that was sent too long ago
     */
    synchronized boolean overdue(long upTo, long nowNanos) {
        if (upTo > received) {
            received = Math.min(upTo, sent);
            waitingSinceNanos = nowNanos;
        }
        return upTo > 0 && received < sent && nowNanos - waitingSinceNanos > PATIENCE_NANOS;
    }
}
