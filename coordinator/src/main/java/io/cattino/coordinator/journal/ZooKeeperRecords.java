package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;
import static io.cattino.coordinator.journal.ZooKeeperErrors.failed;

import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/**
 * Records and snapshots in ZooKeeper, read and cleared up in one session under one leadership:
 * every change checks the version of the epoch. One thread at a time; calls block.
 */
final class ZooKeeperRecords implements SnapshotStore {
    private static final int DELETES = 200;
    private static final int TRIES = 5;

    private final ZkSession session;
    private final ZkPaths paths;
    private final int epochVersion;

    ZooKeeperRecords(ZkSession session, ZkPaths paths, int epochVersion) {
        this.session = session;
        this.paths = paths;
        this.epochVersion = epochVersion;
    }

    @Override
    public long lastRecord() throws JournalException {
        return end(
                call("list the journal", () -> session.children(paths.journal())).reversed(), true);
    }

    @Override
    public long firstRecord() throws JournalException {
        return end(call("list the journal", () -> session.children(paths.journal())), false);
    }

    private long end(List<String> segments, boolean last) throws JournalException {
        for (String segment : segments) {
            List<Long> numbers = numbers(segment);
            if (!numbers.isEmpty()) {
                return last ? numbers.getLast() : numbers.getFirst();
            }
        }
        throw new JournalException.Corrupt(paths.journal() + " has no records at all");
    }

    private List<Long> numbers(String segment) throws JournalException {
        List<String> names =
                call("list the journal", () -> session.children(paths.segment(segment)));
        try {
            return names.stream().map(Long::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new JournalException.Corrupt(
                    paths.segment(segment) + " holds what is not a record: " + e.getMessage(), e);
        }
    }

    @Override
    public List<byte[]> records(long from, long to) throws JournalException {
        List<String> wanted = LongStream.rangeClosed(from, to).mapToObj(paths::record).toList();
        return existing(wanted);
    }

    @Override
    public byte[] chunk(SnapshotName name, int index) throws JournalException {
        return existing(List.of(paths.chunk(name.toString(), index))).getFirst();
    }

    private List<byte[]> existing(List<String> wanted) throws JournalException {
        try {
            return call("read the journal", () -> session.getAll(wanted));
        } catch (JournalException e) {
            if (e.getCause() instanceof KeeperException.NoNodeException missing) {
                throw new JournalException.Corrupt(missing.getPath() + " is missing", e);
            }
            throw e;
        }
    }

    @Override
    public SortedMap<SnapshotName, byte[]> snapshots() throws JournalException {
        SortedMap<SnapshotName, byte[]> snapshots = new TreeMap<>();
        for (String child : call("list the snapshots", () -> session.children(paths.snapshots()))) {
            Optional<SnapshotName> name = SnapshotName.parse(child);
            Optional<ZkSession.Versioned> header =
                    call("read a snapshot", () -> session.get(paths.snapshot(child)));
            if (name.isEmpty()) {
                throw new JournalException.Corrupt(paths.snapshot(child) + " is not a snapshot");
            }
            header.ifPresent(found -> snapshots.put(name.get(), found.data()));
        }
        return snapshots;
    }

    @Override
    public void put(SnapshotName name, int index, byte[] chunk) throws JournalException {
        String path = paths.chunk(name.toString(), index);
        List<Op> operations = new ArrayList<>();
        if (index == 0) {
            operations.add(session.create(paths.snapshot(name.toString()), new byte[0]));
        }
        operations.add(session.create(path, chunk));
        change("write " + path, operations, () -> holds(path, chunk));
    }

    @Override
    public Optional<byte[]> draft(SnapshotName name) throws JournalException {
        String path = paths.snapshot(name.toString());
        boolean untouched =
                call("read a draft", () -> session.get(path))
                        .filter(found -> found.version() == ZooKeeperDrafts.UNTOUCHED)
                        .isPresent();
        return untouched
                ? call("read a draft", () -> session.get(paths.draft(name.toString())))
                        .map(ZkSession.Versioned::data)
                : Optional.empty();
    }

    @Override
    public void publish(SnapshotName name, byte[] header) throws JournalException {
        String path = paths.snapshot(name.toString());
        change("publish " + path, List.of(Op.setData(path, header, -1)), () -> holds(path, header));
    }

    private boolean holds(String path, byte[] data) throws KeeperException, InterruptedException {
        return session.get(path).map(found -> Arrays.equals(found.data(), data)).orElse(false);
    }

    @Override
    public void drop(SnapshotName name) throws JournalException {
        String path = paths.snapshot(name.toString());
        change(
                "drop " + path,
                List.of(Op.setData(path, new byte[0], -1)),
                () -> holds(path, new byte[0]));
        delete(path, call("list " + path, () -> session.children(path)), true);
    }

    @Override
    public void truncate(long before) throws JournalException {
        long last = lastRecord();
        long kept = Math.min(before, last);
        for (String segment : call("list the journal", () -> session.children(paths.journal()))) {
            if (segment.compareTo(ZkPaths.segmentName(kept)) > 0) {
                return;
            }
            List<String> doomed = new ArrayList<>();
            for (long number : numbers(segment)) {
                if (number < kept) {
                    doomed.add("%016d".formatted(number));
                }
            }
            delete(
                    paths.segment(segment),
                    doomed,
                    segment.compareTo(ZkPaths.segmentName(kept)) < 0);
        }
    }

    /**
     * Deletes a record and all behind it, the newest first: what is left is the beginning of a
     * journal at every moment. The first record of all stays.
     */
    void cut(long from) throws JournalException {
        List<String> segments = call("list the journal", () -> session.children(paths.journal()));
        for (String segment : segments.reversed()) {
            List<Long> numbers = numbers(segment);
            List<String> doomed =
                    numbers.reversed().stream()
                            .filter(number -> number >= from)
                            .map("%016d"::formatted)
                            .toList();
            boolean whole = doomed.size() == numbers.size() && from > 0;
            if (doomed.isEmpty() && !whole) {
                return;
            }
            delete(paths.segment(segment), doomed, whole);
        }
    }

    /** Deletes children, in order, and then perhaps their parent. */
    private void delete(String parent, List<String> children, boolean parentToo)
            throws JournalException {
        for (int from = 0; from < children.size(); from += DELETES) {
            List<String> some = children.subList(from, Math.min(children.size(), from + DELETES));
            List<Op> operations = new ArrayList<>();
            some.forEach(child -> operations.add(Op.delete(parent + "/" + child, -1)));
            change(
                    "clear " + parent,
                    operations,
                    () -> session.get(parent + "/" + some.getLast()).isEmpty());
        }
        if (parentToo) {
            change(
                    "delete " + parent,
                    List.of(Op.delete(parent, -1)),
                    () -> session.get(parent).isEmpty());
        }
    }

    private interface Done {
        boolean check() throws KeeperException, InterruptedException;
    }

    /**
     * Makes a change while we lead. It is whole or nothing, so after a lost connection one look
     * tells whether it is done.
     */
    private void change(String what, List<Op> operations, Done done) throws JournalException {
        List<Op> fenced = new ArrayList<>();
        fenced.add(Op.check(paths.epoch(), epochVersion));
        fenced.addAll(operations);
        for (int tries = 1; ; tries++) {
            try {
                session.multi(fenced);
                return;
            } catch (KeeperException.BadVersionException e) {
                throw new JournalException.Fenced("could not " + what + ": another leads");
            } catch (KeeperException e) {
                boolean unknown =
                        switch (e.code()) {
                            case CONNECTIONLOSS,
                                    OPERATIONTIMEOUT,
                                    REQUESTTIMEOUT,
                                    NODEEXISTS,
                                    NONODE ->
                                    true;
                            default -> false;
                        };
                if (!unknown || tries == TRIES) {
                    throw failed(what, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JournalException("could not " + what + ": interrupted", e);
            }
            if (call(what, done::check)) {
                return;
            }
        }
    }
}
