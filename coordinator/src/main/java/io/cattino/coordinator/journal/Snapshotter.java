package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.StateImage;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes snapshots from what is stored, never from the leader's state: so each one proves that
 * replay gives that state. It is published only if the replayed state has the fingerprint that the
 * leader journaled, and if its chunks, read back, are the same image. Two generations stay, and the
 * records that the older one needs. One thread at a time; calls block.
 */
final class Snapshotter {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);
    private static final int GENERATIONS = 2;

    private final SnapshotStore store;
    private final JournalListener listener;
    private final LongSupplier nonces;
    private final LongSupplier nanoTime;

    /**
     * A snapshotter.
     *
     * @param nonces where names get theirs from
     */
    Snapshotter(
            SnapshotStore store,
            JournalListener listener,
            LongSupplier nonces,
            LongSupplier nanoTime) {
        this.store = store;
        this.listener = listener;
        this.nonces = nonces;
        this.nanoTime = nanoTime;
    }

    /**
     * Makes the snapshot that ends with a checkpoint, then deletes what it makes superfluous.
     *
     * @return whether it was published; not, if the replayed state is not the leader's (which is
     *     logged and counted)
     */
    boolean snapshot(CheckpointMark mark) throws JournalException {
        long began = nanoTime.getAsLong();
        Replay replay = Replay.open(store, listener);
        if (replay.state().revision() >= mark.revision()) {
            return false;
        }
        replay.runTo(mark.lastRecord(), mark.revision());
        if (replay.lastMismatch() == mark.revision()) {
            listener.snapshotFailed(
                    "replay gives another state than the leader had at revision "
                            + mark.revision());
            return false;
        }
        sweep();
        long bytes = write(mark, replay.state());
        prune();
        listener.snapshotWritten(Duration.ofNanos(nanoTime.getAsLong() - began), bytes);
        return true;
    }

    private long write(CheckpointMark mark, ClusterState state) throws JournalException {
        SnapshotName name = new SnapshotName(mark.firstRecord(), nonces.getAsLong());
        StateImage image = state.image();
        byte[] header = SnapshotCodec.write(store, name, image, state.fingerprint());
        var written = SnapshotCodec.header(name, header);
        if (!SnapshotCodec.read(store, name, written).equals(image)) {
            throw new JournalException(
                    "snapshot " + name + " reads back as another state than was written");
        }
        store.publish(name, header);
        LOG.info(
                "snapshot published snapshot={} revision={} bytes={}",
                name,
                image.revision(),
                written.getBytes());
        return written.getBytes();
    }

    /** What was begun and never published: by us or by a leader before us. */
    private void sweep() throws JournalException {
        for (Map.Entry<SnapshotName, byte[]> each : store.snapshots().entrySet()) {
            if (each.getValue().length == 0) {
                LOG.info("unpublished snapshot swept snapshot={}", each.getKey());
                store.drop(each.getKey());
            }
        }
    }

    private void prune() throws JournalException {
        SortedMap<SnapshotName, byte[]> published = new TreeMap<>(store.snapshots());
        published.values().removeIf(header -> header.length == 0);
        NavigableSet<SnapshotName> kept = new TreeSet<>(published.keySet());
        while (kept.size() > GENERATIONS) {
            store.drop(kept.pollFirst());
        }
        if (kept.size() == GENERATIONS) {
            store.truncate(kept.first().nextRecord());
        }
    }
}
