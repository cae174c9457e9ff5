package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.zk.ZkClient;
import io.cattino.coordinator.zk.ZkConfig;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.Epoch;
import io.cattino.proto.journal.v1.FactBatch;
import io.cattino.proto.journal.v1.Record;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.zookeeper.Op;

/**
 * What an operator does to a journal in ZooKeeper while no coordinator runs: look at it, cut off
 * what cannot be read, raise the epoch after an old backup was restored. Whoever leads all the same
 * is fenced before anything is changed. One thread; calls block.
 */
public final class JournalAdmin implements AutoCloseable {
    private static final int READINGS = 3;

    private final ZkClient client;
    private final ZkSession session;
    private final ZkPaths paths;
    private final ZooKeeperRecords reading;

    private JournalAdmin(ZkClient client, ZkSession session, ZkPaths paths) {
        this.client = client;
        this.session = session;
        this.paths = paths;
        this.reading = new ZooKeeperRecords(session, paths, -1);
    }

    /**
     * Connects.
     *
     * @throws JournalException if ZooKeeper cannot be reached
     */
    public static JournalAdmin open(ZkConfig config) throws JournalException {
        ZkClient client = new ZkClient(config);
        try {
            ZkSession session =
                    call("connect to ZooKeeper at " + config.servers(), client::session);
            return new JournalAdmin(client, session, new ZkPaths(config.root()));
        } catch (JournalException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** Addresses of the coordinators that run: they lead, or wait for it. */
    public List<String> coordinators() throws JournalException {
        List<String> found = new ArrayList<>();
        for (String place : call("list the coordinators", () -> session.children(paths.latch()))) {
            String address =
                    text(paths.latch() + "/" + place)
                            .map(it -> it.replaceFirst(" .*", ""))
                            .orElse("");
            found.add(address.isEmpty() ? place : address);
        }
        return found;
    }

    /**
     * Reads and replays everything there is; changes nothing.
     *
     * @throws JournalException.Corrupt if there is no store at all
     */
    public JournalReport verify() throws JournalException {
        for (int i = 1; ; i++) {
            long first = reading.firstRecord();
            JournalReport report = read();
            // A leader at work drops records that it has a snapshot of.
            boolean dropped = report.damage().isPresent() && reading.firstRecord() > first;
            if (!dropped || i == READINGS) {
                return report;
            }
        }
    }

    private JournalReport read() throws JournalException {
        String clusterId = text(paths.clusterId()).orElseThrow(this::noStore);
        Epoch epoch = epoch().epoch();
        List<String> unreadable = new ArrayList<>();
        JournalListener listener =
                new JournalListener() {
                    @Override
                    public void snapshotUnreadable(String name) {
                        unreadable.add(paths.snapshot(name));
                    }
                };
        long first = reading.firstRecord();
        long last = reading.lastRecord();
        Replay replay;
        try {
            replay = Replay.open(reading, listener);
        } catch (JournalException.Corrupt e) {
            JournalReport.Damage damage =
                    new JournalReport.Damage(
                            unreadable.isEmpty() ? paths.snapshots() : unreadable.getLast(),
                            String.valueOf(e.getMessage()),
                            Optional.empty(),
                            0);
            return new JournalReport(
                    clusterId,
                    epoch.getNumber(),
                    epoch.getOwner(),
                    first,
                    last,
                    first,
                    0,
                    0,
                    new JournalReport.Epochs(0, 0),
                    0,
                    0,
                    false,
                    unreadable,
                    Optional.of(damage));
        }
        Optional<JournalReport.Damage> damage = Optional.empty();
        try {
            replay.runTo(last);
        } catch (JournalException.Corrupt e) {
            damage =
                    Optional.of(
                            new JournalReport.Damage(
                                    paths.record(replay.failed()),
                                    String.valueOf(e.getMessage()),
                                    Optional.of(replay.whole()),
                                    lost(replay, last)));
        }
        ClusterState state = replay.state();
        return new JournalReport(
                clusterId,
                epoch.getNumber(),
                epoch.getOwner(),
                first,
                last,
                replay.firstRecord(),
                replay.wholeRevision(),
                state.tasks().size(),
                replay.epochs(),
                replay.checks(),
                replay.mismatches(),
                damage.isEmpty() && replay.torn(),
                unreadable,
                damage);
    }

    /** Facts from the last whole batch to the last record that can still be read. */
    private long lost(Replay replay, long last) throws JournalException {
        for (long number = last; number >= replay.whole(); number--) {
            Optional<Record> record = record(number);
            if (record.isPresent()) {
                long end = record.get().getFirstRevision() + facts(record.get()) - 1;
                return Math.max(0, end - replay.wholeRevision());
            }
        }
        return 0;
    }

    private Optional<Record> record(long number) throws JournalException {
        Optional<ZkSession.Versioned> stored =
                call("read the journal", () -> session.get(paths.record(number)));
        try {
            return stored.isEmpty()
                    ? Optional.empty()
                    : Optional.of(RecordCodec.decode(stored.get().data(), number));
        } catch (JournalException.Corrupt _) {
            return Optional.empty(); // not to be counted
        }
    }

    /** Of a batch of one record; of a piece nobody knows. */
    private static long facts(Record record) {
        try {
            return record.getLast() && record.getPart() == 0
                    ? FactBatch.parseFrom(record.getFacts()).getFactsCount()
                    : 1;
        } catch (InvalidProtocolBufferException _) {
            return 1;
        }
    }

    /**
     * Writes every znode of the store to a zip, by its path.
     *
     * @return how many
     */
    public int dump(OutputStream out) throws JournalException, IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            return dump(paths.root(), zip);
        }
    }

    private int dump(String path, ZipOutputStream zip) throws JournalException, IOException {
        List<String> children = call("list " + path, () -> session.children(path));
        Optional<ZkSession.Versioned> stored = call("read " + path, () -> session.get(path));
        int written = 0;
        if (stored.isPresent()) {
            // A directory has no bytes in a zip.
            zip.putNextEntry(
                    new ZipEntry(path.substring(1) + (children.isEmpty() ? "" : "/.data")));
            zip.write(stored.get().data());
            zip.closeEntry();
            written++;
        }
        for (String child : children) {
            written += dump(path + "/" + child, zip);
        }
        return written;
    }

    /**
     * Cuts off the damage and everything behind it. The caller has a dump.
     *
     * @param report of the journal as it is
     * @param owner who does it, for the epoch
     * @return the journal after it
     * @throws JournalException if coordinators run, or there is nothing to cut it down to
     */
    public JournalReport repair(JournalReport report, String owner) throws JournalException {
        long from =
                report.damage()
                        .flatMap(JournalReport.Damage::cutFrom)
                        .filter(it -> it > report.firstRecord())
                        .orElseThrow(() ->
                                new JournalException(
                                        "there is nothing left to go on from; restore a backup of ZooKeeper"));
        refuseWhileCoordinatorsRun();
        Stored before = epoch();
        if (before.epoch().getNumber() != report.epoch()) {
            throw new JournalException(
                    "somebody has led meanwhile, with epoch " + before.epoch().getNumber());
        }
        int version = raise(before, before.epoch().getNumber() + 1, owner);
        ZooKeeperRecords writing = new ZooKeeperRecords(session, paths, version);
        for (Map.Entry<SnapshotName, byte[]> snapshot : writing.snapshots().entrySet()) {
            if (snapshot.getKey().nextRecord() > from || snapshot.getValue().length == 0) {
                writing.drop(snapshot.getKey());
            }
        }
        writing.cut(from);
        return verify();
    }

    /**
     * Raises the epoch, so that the next leader's is above all that agents have obeyed.
     *
     * @param clusterId that the operator means
     * @param number the highest epoch that an agent has obeyed; the next leader's is one above
     * @param owner who does it, for the epoch
     * @throws JournalException if it is another cluster's, coordinators run, or the epoch is higher
     *     already
     */
    public void adopt(String clusterId, long number, String owner) throws JournalException {
        String found = text(paths.clusterId()).orElseThrow(this::noStore);
        if (!found.equals(clusterId)) {
            throw new JournalException(
                    "the store at " + paths.root() + " is that of cluster " + found);
        }
        refuseWhileCoordinatorsRun();
        Stored before = epoch();
        if (before.epoch().getNumber() >= number) {
            throw new JournalException(
                    "the epoch is %d already; the next leader's is %d"
                            .formatted(before.epoch().getNumber(), before.epoch().getNumber() + 1));
        }
        int _ = raise(before, number, owner);
    }

    private void refuseWhileCoordinatorsRun() throws JournalException {
        List<String> running = coordinators();
        if (!running.isEmpty()) {
            throw new JournalException(
                    "coordinators run: "
                            + String.join(", ", running)
                            + "; stop all of them first (one that was killed is gone after some seconds)");
        }
    }

    private record Stored(Epoch epoch, int version) {}

    private Stored epoch() throws JournalException {
        ZkSession.Versioned stored =
                call("read the epoch", () -> session.get(paths.epoch())).orElseThrow(this::noStore);
        try {
            return new Stored(Epoch.parseFrom(stored.data()), stored.version());
        } catch (InvalidProtocolBufferException e) {
            throw new JournalException.Corrupt(
                    paths.epoch() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Fences whoever leads. */
    private int raise(Stored before, long number, String owner) throws JournalException {
        Epoch next =
                Epoch.newBuilder()
                        .setNumber(number)
                        .setOwner(owner)
                        .setNonce(new SecureRandom().nextLong())
                        .build();
        call(
                "raise the epoch",
                () -> {
                    session.multi(
                            List.of(
                                    Op.setData(
                                            paths.epoch(), next.toByteArray(), before.version())));
                    return true;
                });
        return before.version() + 1;
    }

    private Optional<String> text(String path) throws JournalException {
        return call("read " + path, () -> session.get(path))
                .map(stored -> new String(stored.data(), StandardCharsets.UTF_8));
    }

    private JournalException noStore() {
        return new JournalException.Corrupt(
                "there is no store at "
                        + paths.root()
                        + ": was ZooKeeper wiped, or is it another one?");
    }

    @Override
    public void close() {
        session.close();
        client.close();
    }
}
