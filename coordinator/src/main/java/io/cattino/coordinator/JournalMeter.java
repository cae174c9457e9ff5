package io.cattino.coordinator;

import io.cattino.coordinator.journal.JournalListener;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import java.time.Duration;

/** Counts what the journal does. Any thread. */
public final class JournalMeter implements JournalListener {
    private final CoordinatorMetrics metrics;

    public JournalMeter(CoordinatorMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void recordCommitted(Duration took, int bytes) {
        metrics.committed(took.toNanos(), bytes);
    }

    @Override
    public void badVersion(boolean fenced) {
        metrics.journalEvent(fenced ? "fenced" : "bad_version");
    }

    @Override
    public void recovered(int records) {
        metrics.journalEvent("recovered");
    }

    @Override
    public void fingerprintMismatch(long revision) {
        metrics.journalEvent("fingerprint_mismatch");
    }

    @Override
    public void snapshotUnreadable(String name) {
        metrics.journalEvent("snapshot_unreadable");
    }

    @Override
    public void snapshotWritten(Duration took, long bytes) {
        metrics.journalEvent("snapshot_written");
    }

    @Override
    public void snapshotFailed(String reason) {
        metrics.journalEvent("snapshot_failed");
    }
}
