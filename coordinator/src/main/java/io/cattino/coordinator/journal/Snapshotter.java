package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.proto.journal.v1.SnapshotHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes snapshots of what is stored, never of the leader's state: so each one proves that
 * replay gives that state. A standby that follows the journal has replayed it already, and may have
 * made one; otherwise it is made here. It is published only if the replayed state has the
 * fingerprint that the leader journaled, and if its chunks, read back, are the same image. Two
 * generations stay, and the records that the older one needs. One thread at a time; calls block.
 */
final class Snapshotter {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);
    private static final int GENERATIONS = 2;

    private final SnapshotStore store;
    private final JournalListener listener;
    private final LongSupplier nonces;
    private final LongSupplier nanoTime;

    /** How long a standby may take to make a snapshot. */
    interface Patience {
        /**
         * Waits a moment; false once it is over.
         *
         * @throws JournalException if the leadership is
         */
        boolean lasts() throws JournalException;
    }

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
     * Publishes the snapshot that ends with a checkpoint, then deletes what it makes superfluous.
     *
     * @param patience with those who stand by
     * @return whether it was published; not, if the replayed state is not the leader's (which is
     *     logged and counted)
     */
    boolean snapshot(CheckpointMark mark, Patience patience) throws JournalException {
        long began = nanoTime.getAsLong();
        Optional<SnapshotHeader> published = publishDraft(mark, patience);
        if (published.isEmpty()) {
            published = make(mark);
        }
        if (published.isEmpty()) {
            return false;
        }
        sweep();
        prune();
        listener.snapshotWritten(
                Duration.ofNanos(nanoTime.getAsLong() - began), published.get().getBytes());
        return true;
    }

    private Optional<SnapshotHeader> publishDraft(CheckpointMark mark, Patience patience)
            throws JournalException {
        do {
            for (SnapshotName name : unpublished()) {
                Optional<byte[]> header =
                        name.nextRecord() == mark.firstRecord()
                                ? store.draft(name)
                                : Optional.empty();
                if (header.isPresent()) {
                    return accept(mark, name, header.get());
                }
            }
        } while (patience.lasts());
        return Optional.empty();
    }

    private Optional<SnapshotHeader> accept(CheckpointMark mark, SnapshotName name, byte[] bytes)
            throws JournalException {
        SnapshotHeader header;
        try {
            header = SnapshotCodec.header(name, bytes);
        } catch (JournalException.Corrupt e) {
            refuse(name, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        if (!name.equals(mark.draft()) || header.getRevision() != mark.revision()) {
            refuse(
                    name,
                    "it is of revision %d, and the leader had %s at revision %d"
                            .formatted(
                                    header.getRevision(),
                                    Long.toHexString(mark.fingerprint()),
                                    mark.revision()));
            return Optional.empty();
        }
        return Optional.of(publish(name, bytes, "standby"));
    }

    private void refuse(SnapshotName name, String reason) {
        LOG.error("draft refused snapshot={} reason={}", name, reason);
        listener.snapshotFailed("draft " + name + " refused: " + reason);
    }

    private Optional<SnapshotHeader> make(CheckpointMark mark) throws JournalException {
        Replay replay = Replay.open(store, listener);
        if (replay.state().revision() >= mark.revision()) {
            return Optional.empty();
        }
        replay.runTo(mark.lastRecord(), mark.revision());
        if (replay.lastMismatch() == mark.revision()) {
            listener.snapshotFailed(
                    "replay gives another state than the leader had at revision "
                            + mark.revision());
            return Optional.empty();
        }
        sweep(); // whoever still writes a draft of it is late
        SnapshotName name = new SnapshotName(mark.firstRecord(), nonces.getAsLong());
        ClusterState state = replay.state();
        byte[] header = SnapshotCodec.write(store, store, name, state.image(), state.fingerprint());
        return Optional.of(publish(name, header, "leader"));
    }

    private SnapshotHeader publish(SnapshotName name, byte[] bytes, String by)
            throws JournalException {
        SnapshotHeader header = SnapshotCodec.header(name, bytes);
        store.publish(name, bytes);
        LOG.info(
                "snapshot published snapshot={} by={} revision={} bytes={}",
                name,
                by,
                header.getRevision(),
                header.getBytes());
        return header;
    }

    private List<SnapshotName> unpublished() throws JournalException {
        return store.snapshots().entrySet().stream()
                .filter(each -> each.getValue().length == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What was begun and is not published: by us, a leader before us, or a standby. */
    private void sweep() throws JournalException {
        for (SnapshotName name : unpublished()) {
            LOG.info("unpublished snapshot swept snapshot={}", name);
            store.drop(name);
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
