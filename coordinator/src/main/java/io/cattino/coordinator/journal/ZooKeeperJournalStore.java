package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.zk.Election;
import io.cattino.coordinator.zk.ZkClient;
import io.cattino.coordinator.zk.ZkConfig;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.Epoch;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal in ZooKeeper. One per process and cluster; any thread. */
public final class ZooKeeperJournalStore implements JournalStore {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperJournalStore.class);
    private static final String FORMAT = "1";
    private static final int TRIES = 5;

    private final ZkClient client;
    private final ZkPaths paths;
    private final String clusterId;
    private final JournalListener listener;
    private final SecureRandom random = new SecureRandom();
    private final List<Journal> pens = new CopyOnWriteArrayList<>();
    private final ExecutorService background =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("journal-snapshots").factory());

    @GuardedBy("this")
    private Optional<Follower> follower = Optional.empty();

    private ZooKeeperJournalStore(
            ZkClient client, ZkPaths paths, String clusterId, JournalListener listener) {
        this.client = client;
        this.paths = paths;
        this.clusterId = clusterId;
        this.listener = listener;
    }

    /**
     * Connects, and makes the store if there is none yet.
     *
     * @throws JournalException.Corrupt if there is something else, or a newer version's store
     * @throws JournalException if ZooKeeper cannot be reached in time
     */
    public static ZooKeeperJournalStore open(ZkConfig config, JournalListener listener)
            throws JournalException {
        return open(config, Optional.empty(), listener);
    }

    /**
     * The same, for who was there before.
     *
     * @param known id of the cluster that it has to be; empty: any
     * @throws JournalException.Corrupt if it is another one, or there is none any more
     */
    public static ZooKeeperJournalStore open(
            ZkConfig config, Optional<String> known, JournalListener listener)
            throws JournalException {
        ZkClient client = new ZkClient(config);
        ZkPaths paths = new ZkPaths(config.root());
        try (ZkSession session =
                call("connect to ZooKeeper at " + config.servers(), client::session)) {
            String clusterId =
                    new ZooKeeperLayout(session, paths)
                            .open(FORMAT, UUID.randomUUID().toString(), known);
            return new ZooKeeperJournalStore(client, paths, clusterId, listener);
        } catch (JournalException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public Election stand(String candidate) {
        return client.stand(paths.latch(), candidate);
    }

    @Override
    public synchronized ClusterState follow() throws JournalException {
        boolean whole = false;
        try {
            if (follower.isEmpty()) {
                follower = Optional.of(begin());
            }
            follower.get().catchUp();
            whole = true;
            return follower.get().replay().state();
        } finally {
            // One that failed within a batch would take that for applied.
            if (!whole) {
                stopFollowing();
            }
        }
    }

    private Follower begin() throws JournalException {
        ZkSession session = call("connect to ZooKeeper", client::session);
        try {
            checkCluster(session);
            ZooKeeperRecords records = new ZooKeeperRecords(session, paths, -1);
            Drafter drafter =
                    new Drafter(
                            new ZooKeeperRecords(session, paths, -1),
                            new ZooKeeperDrafts(session, paths),
                            background);
            return new Follower(session, records, Replay.open(records, listener), drafter);
        } catch (JournalException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** It may have been wiped, and made anew by another, since this process found it. */
    private void checkCluster(ZkSession session) throws JournalException {
        new ZooKeeperLayout(session, paths).open(FORMAT, clusterId, Optional.of(clusterId));
    }

    private synchronized void stopFollowing() {
        follower.ifPresent(Follower::close);
        follower = Optional.empty();
    }

    /**
     * Everything up to a record. What was read before in this session goes on from there, if the
     * records that it needs are still there.
     */
    private synchronized Replay replay(ZkSession session, ZooKeeperRecords records, long last)
            throws JournalException {
        Optional<Replay> begun =
                follower.filter(it -> it.session().isSameAs(session)).map(Follower::replay);
        try {
            if (begun.isPresent()) {
                begun.get().runTo(last);
                return begun.get();
            }
        } catch (JournalException.Corrupt e) {
            LOG.info("what was followed cannot go on, the journal is read afresh", e);
        } finally {
            stopFollowing();
        }
        Replay fresh;
        try {
            fresh = Replay.open(records, listener);
        } catch (JournalException.Corrupt e) {
            throw located(e, paths.snapshots());
        }
        try {
            fresh.runTo(last);
            return fresh;
        } catch (JournalException.Corrupt e) {
            throw located(e, paths.record(fresh.failed()));
        }
    }

    private static JournalException.Corrupt located(JournalException.Corrupt e, String path) {
        return new JournalException.Corrupt(
                e.getMessage()
                        + " (znode "
                        + path
                        + "). Nothing is skipped. Stop all coordinators; what is there and what is not: meow admin journal"
                        + " verify; to go on without what cannot be read: meow admin journal repair",
                e);
    }

    @Override
    public Leadership lead(String owner, Election.Turn turn) throws JournalException {
        ZkSession session = call("connect to ZooKeeper", client::session);
        try {
            return lead(session, owner, turn);
        } catch (JournalException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private Leadership lead(ZkSession session, String owner, Election.Turn turn)
            throws JournalException {
        checkCluster(session);
        Claim claim = claim(session, owner, turn);
        ZooKeeperRecords records = new ZooKeeperRecords(session, paths, claim.version);
        long last = records.lastRecord();
        Replay replay = replay(session, records, last);
        long first = replay.firstRecord();
        long epoch = claim.epoch.getNumber();
        if (replay.state().epoch() >= epoch) {
            throw new JournalException.Corrupt(
                    "the journal knows epoch %d and %s only %d: was an old backup restored? If so: meow admin adopt --raise-epoch %d"
                            .formatted(
                                    replay.state().epoch(),
                                    paths.epoch(),
                                    epoch - 1,
                                    replay.state().epoch()));
        }
        if (replay.torn()) {
            LOG.warn(
                    "the journal ends in an unfinished batch, which was never acknowledged record={}",
                    last);
        }
        long revision = replay.state().revision();
        ZooKeeperWriter writer =
                new ZooKeeperWriter(
                        session,
                        paths,
                        claim.epoch,
                        new EpochGuard(session, paths, claim.epoch, claim.version, listener),
                        last,
                        client.config().patience(),
                        listener);
        Journal journal = pen(writer, records, revision, first);
        LOG.info("leading epoch={} revision={} records={}-{}", epoch, revision, first, last);
        return new Leadership(replay.state(), journal);
    }

    private Journal pen(
            ZooKeeperWriter writer, ZooKeeperRecords records, long revision, long first) {
        Snapshotter snapshotter =
                new Snapshotter(records, listener, random::nextLong, System::nanoTime);
        Journal journal =
                new ZooKeeperJournal(
                        writer, snapshotter, background, listener, revision + 1, first);
        pens.removeIf(pen -> pen.failure().isDone());
        pens.add(journal);
        writer.start();
        return journal;
    }

    private record Claim(Epoch epoch, int version) {}

    /**
     * Writes the next epoch. The same nonce every time: whichever of our requests arrived, it is
     * recognised.
     */
    private Claim claim(ZkSession session, String owner, Election.Turn turn)
            throws JournalException {
        long nonce = random.nextLong();
        for (int tries = 1; ; tries++) {
            ZkSession.Versioned stored =
                    call("read the epoch", () -> session.get(paths.epoch()))
                            .orElseThrow(() ->
                                    new JournalException.Corrupt(paths.epoch() + " is missing"));
            Epoch current = parse(stored.data());
            if (current.getNonce() == nonce) {
                return new Claim(current, stored.version());
            }
            Epoch next =
                    Epoch.newBuilder()
                            .setNumber(current.getNumber() + 1)
                            .setOwner(owner)
                            .setNonce(nonce)
                            .build();
            List<Op> claim = new ArrayList<>();
            turn.place().ifPresent(place -> claim.add(Op.check(place, -1)));
            turn.gone().ifPresent(rival -> claim.add(Op.delete(rival.place(), -1)));
            claim.add(Op.setData(paths.epoch(), next.toByteArray(), stored.version()));
            Optional<Integer> version = tryClaim(session, claim, stored.version(), tries);
            if (version.isPresent()) {
                return new Claim(next, version.get());
            }
        }
    }

    private Optional<Integer> tryClaim(ZkSession session, List<Op> claim, int version, int tries)
            throws JournalException {
        return call(
                "take the leadership",
                () -> {
                    try {
                        session.multi(claim);
                        return Optional.of(version + 1);
                    } catch (KeeperException.ConnectionLossException
                            | KeeperException.OperationTimeoutException
                            | KeeperException.BadVersionException e) {
                        if (tries == TRIES) {
                            throw e;
                        }
                        return Optional.empty();
                    }
                });
    }

    private Epoch parse(byte[] data) throws JournalException.Corrupt {
        try {
            return Epoch.parseFrom(data);
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt(
                    paths.epoch() + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        pens.forEach(Journal::close);
        background.shutdownNow();
        client.close();
    }
}
