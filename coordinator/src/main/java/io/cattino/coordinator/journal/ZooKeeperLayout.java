package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;

import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the znodes that every journal begins with, all at once, or finds them. */
final class ZooKeeperLayout {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperLayout.class);
    private static final int TRIES = 5;

    private final ZkSession session;
    private final ZkPaths paths;

    ZooKeeperLayout(ZkSession session, ZkPaths paths) {
        this.session = session;
        this.paths = paths;
    }

    /**
     * Finds the store, or makes it.
     *
     * @param format of a store that we make, and the only one we read
     * @param newId id of a cluster that we make
     * @param known id of the cluster that we belong to; empty: to whichever is there
     * @return the cluster's id
     * @throws JournalException.Corrupt if there is another one, or none where there was one
     */
    String open(String format, String newId, Optional<String> known) throws JournalException {
        Optional<String> found = text(paths.format());
        if (found.isEmpty() && known.isPresent()) {
            throw new JournalException.Corrupt(
                    "there is no store at %s, and this coordinator belongs to cluster %s: was ZooKeeper wiped, or is it another one?"
                            .formatted(paths.root(), known.get()));
        }
        for (int tries = 1; found.isEmpty(); tries++) {
            make(format, newId, tries == TRIES);
            found = text(paths.format());
        }
        if (!found.get().equals(format)) {
            throw new JournalException.Corrupt(
                    "%s is '%s'; this version reads '%s'"
                            .formatted(paths.format(), found.get(), format));
        }
        String id =
                text(paths.clusterId())
                        .orElseThrow(() ->
                                new JournalException.Corrupt(paths.clusterId() + " is missing"));
        if (known.isPresent() && !known.get().equals(id)) {
            throw new JournalException.Corrupt(
                    "the store at %s is that of cluster %s, and this coordinator belongs to cluster %s"
                            .formatted(paths.root(), id, known.get()));
        }
        return id;
    }

    private Optional<String> text(String path) throws JournalException {
        return call("read " + path, () -> session.get(path))
                .map(stored -> new String(stored.data(), StandardCharsets.UTF_8));
    }

    private void make(String format, String newId, boolean lastTry) throws JournalException {
        for (String path : paths.rootAndAbove()) {
            attempt("make " + path, List.of(session.create(path, new byte[0])), lastTry);
        }
        boolean made =
                attempt(
                        "make the store",
                        List.of(
                                session.create(
                                        paths.clusterId(), newId.getBytes(StandardCharsets.UTF_8)),
                                session.create(
                                        paths.epoch(), Epoch.getDefaultInstance().toByteArray()),
                                session.create(paths.journal(), new byte[0]),
                                session.create(paths.segmentOf(0), new byte[0]),
                                session.create(paths.record(0), RecordCodec.genesis()),
                                session.create(paths.snapshots(), new byte[0]),
                                session.create(
                                        paths.format(), format.getBytes(StandardCharsets.UTF_8))),
                        lastTry);
        if (made) {
            LOG.info("store made root={} cluster_id={}", paths.root(), newId);
        }
    }

    /** False if it is there already, or nobody knows: the caller looks. */
    private boolean attempt(String what, List<Op> operations, boolean lastTry)
            throws JournalException {
        return call(
                what,
                () -> {
                    try {
                        session.multi(operations);
                        return true;
                    } catch (KeeperException.NodeExistsException e) {
                        return false;
                    } catch (KeeperException.ConnectionLossException
                            | KeeperException.OperationTimeoutException e) {
                        if (lastTry) {
                            throw e;
                        }
                        return false;
                    }
                });
    }
}
