package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.StateImage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the snapshots of a standby, in the background, so that it goes on reading and may lead at
 * any moment. They are the leader's to publish and to clear up: one that does not become whole is
 * left to it. At most one is being made at a time.
 */
final class Drafter implements Replay.Checkpoints, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Drafter.class);

    private final RecordSource source;
    private final ZooKeeperDrafts drafts;
    private final Executor background;
    private final AtomicBoolean drafting = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * A drafter.
     *
     * @param source has what is put into the drafts; used in the background only, as they are
     */
    Drafter(RecordSource source, ZooKeeperDrafts drafts, Executor background) {
        this.source = source;
        this.drafts = drafts;
        this.background = background;
    }

    @Override
    public void passed(CheckpointMark mark, ClusterState state) {
        if (!drafting.compareAndSet(false, true)) {
            return;
        }
        StateImage image = state.image();
        long fingerprint = state.fingerprint();
        try {
            background.execute(() -> draft(mark, image, fingerprint));
        } catch (RejectedExecutionException e) {
            LOG.debug("no draft: the store is closed", e);
            drafting.set(false);
        }
    }

    private void draft(CheckpointMark mark, StateImage image, long fingerprint) {
        SnapshotName name = mark.draft();
        try {
            if (!isWanted(mark)) {
                return;
            }
            byte[] header = SnapshotCodec.write(this::put, this::chunk, name, image, fingerprint);
            goOn();
            drafts.finish(name, header);
            LOG.info("draft written snapshot={} revision={}", name, mark.revision());
        } catch (JournalException e) {
            LOG.info("no draft snapshot={} reason={}", name, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("draft failed snapshot={}", name, e);
        } finally {
            drafting.set(false);
        }
    }

    /** Not if a leader, or another who stands by, is as far. */
    private boolean isWanted(CheckpointMark mark) throws JournalException {
        return source.snapshots().keySet().stream()
                .allMatch(name -> name.nextRecord() < mark.firstRecord());
    }

    private void put(SnapshotName name, int index, byte[] chunk) throws JournalException {
        goOn();
        drafts.put(name, index, chunk);
    }

    private byte[] chunk(SnapshotName name, int index) throws JournalException {
        goOn();
        return source.chunk(name, index);
    }

    private void goOn() throws JournalException {
        if (closed) {
            throw new JournalException("this one does not stand by any more");
        }
    }

    /** Makes no more, and leaves the one that is begun at its next chunk; waits for nothing. */
    @Override
    public void close() {
        closed = true;
    }
}
