package io.cattino.coordinator.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.zk.Election;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A journal that lives as long as its object: for tests and simulations. It keeps the very bytes
 * that ZooKeeper would, and nothing in it depends on threads, clocks or chance. Appends are durable
 * at once, on the caller's thread, unless {@link #holdCommits} makes them wait. Any thread.
 */
public final class InMemoryJournalStore implements JournalStore {
    private final String clusterId;
    private final JournalListener listener;
    private final int pieceBytes;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final TreeMap<Long, byte[]> records = new TreeMap<>();

    @GuardedBy("lock")
    private final TreeMap<SnapshotName, List<byte[]>> chunks = new TreeMap<>();

    @GuardedBy("lock")
    private final TreeMap<SnapshotName, byte[]> headers = new TreeMap<>();

    @GuardedBy("lock")
    private final Deque<InMemoryJournal.Pending> held = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean holding;

    @GuardedBy("lock")
    private long epoch;

    @GuardedBy("lock")
    private long nonces;

    /** An empty store. */
    public InMemoryJournalStore(String clusterId, JournalListener listener) {
        this(clusterId, listener, RecordCodec.PIECE_BYTES);
    }

    /**
     * An empty store whose batches are torn more easily.
     *
     * @param pieceBytes of a batch that one record holds at most
     */
    public InMemoryJournalStore(String clusterId, JournalListener listener, int pieceBytes) {
        this.clusterId = clusterId;
        this.listener = listener;
        this.pieceBytes = pieceBytes;
        records.put(0L, RecordCodec.genesis());
    }

    /** An empty store that nobody listens to. */
    public InMemoryJournalStore() {
        this("in-memory", JournalListener.NONE);
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    /**
     * From here on appended records wait for {@link #commit}, or, with false, are durable at once
     * again.
     */
    public void holdCommits(boolean hold) {
        synchronized (lock) {
            holding = hold;
        }
        if (!hold) {
            commit(Integer.MAX_VALUE);
        }
    }

    /** Records that wait. A batch larger than one record has several. */
    public int held() {
        synchronized (lock) {
            return held.size();
        }
    }

    /**
     * Makes waiting records durable, in order, and completes their futures.
     *
     * @param count how many, at most
     */
    public void commit(int count) {
        for (int i = 0; i < count; i++) {
            InMemoryJournal.Pending next;
            synchronized (lock) {
                next = held.poll();
                if (next == null) {
                    return;
                }
                records.put(next.number(), next.bytes());
            }
            next.pen().committed(next);
        }
    }

    @Override
    public ClusterState follow() {
        // Nobody stands by: there is one process.
        return ClusterState.empty();
    }

    @Override
    public Election stand(String candidate) {
        return Election.alone();
    }

    /** Takes the leadership; records that wait are lost, as those of a leader that died are. */
    @Override
    public Leadership lead(String owner, Election.Turn turn) throws JournalException {
        List<InMemoryJournal.Pending> lost;
        long number;
        synchronized (lock) {
            number = ++epoch;
            lost = new ArrayList<>(held);
            held.clear();
        }
        lost.forEach(pending ->
                pending.fail(new JournalException.Fenced("epoch " + number + " took over")));
        Records source = new Records(number);
        Replay replay = Replay.open(source, listener);
        long first = replay.nextRecord();
        long last = source.lastRecord();
        replay.runTo(last);
        return new Leadership(
                replay.state(),
                new InMemoryJournal(
                        this, number, last, replay.state().revision() + 1, first, pieceBytes));
    }

    /** Stores a record, or lets it wait; false if another leads. */
    boolean append(InMemoryJournal.Pending pending) {
        synchronized (lock) {
            if (pending.pen().epoch() != epoch) {
                return false;
            }
            held.add(pending);
            if (holding) {
                return true;
            }
        }
        commit(Integer.MAX_VALUE);
        return true;
    }

    Snapshotter snapshotter(long leadership) {
        return new Snapshotter(new Records(leadership), listener, this::nextNonce, () -> 0);
    }

    JournalListener listener() {
        return listener;
    }

    private long nextNonce() {
        synchronized (lock) {
            return ++nonces;
        }
    }

    /** What lies in it, for tests. */
    SnapshotStore contents(long leadership) {
        return new Records(leadership);
    }

    /** Overwrites a record, for tests. */
    void damage(long record, byte[] bytes) {
        synchronized (lock) {
            records.put(record, bytes);
        }
    }

    /** Overwrites the first chunk of a snapshot, for tests. */
    void damage(SnapshotName name, byte[] bytes) {
        synchronized (lock) {
            List<byte[]> all = chunks.get(name);
            if (all != null) {
                all.set(0, bytes);
            }
        }
    }

    @Override
    public void close() {
        holdCommits(false);
    }

    /** The contents, as one leadership may read and change them. */
    private final class Records implements SnapshotStore {
        private final long leadership;

        Records(long leadership) {
            this.leadership = leadership;
        }

        @Override
        public long lastRecord() {
            synchronized (lock) {
                return records.lastKey();
            }
        }

        @Override
        public long firstRecord() {
            synchronized (lock) {
                return records.firstKey();
            }
        }

        @Override
        public List<byte[]> records(long from, long to) throws JournalException {
            synchronized (lock) {
                List<byte[]> found = new ArrayList<>(records.subMap(from, true, to, true).values());
                if (found.size() != to - from + 1) {
                    throw new JournalException.Corrupt(
                            "a record from %d to %d is missing".formatted(from, to));
                }
                return found;
            }
        }

        @Override
        public SortedMap<SnapshotName, byte[]> snapshots() {
            synchronized (lock) {
                return new TreeMap<>(headers);
            }
        }

        @Override
        public byte[] chunk(SnapshotName name, int index) throws JournalException {
            synchronized (lock) {
                List<byte[]> all = chunks.getOrDefault(name, List.of());
                if (index >= all.size()) {
                    throw new JournalException.Corrupt(
                            "chunk " + index + " of snapshot " + name + " is missing");
                }
                return all.get(index);
            }
        }

        @Override
        public void put(SnapshotName name, int index, byte[] chunk) throws JournalException {
            synchronized (lock) {
                mustLead();
                headers.putIfAbsent(name, new byte[0]);
                chunks.computeIfAbsent(name, _ -> new ArrayList<>()).add(index, chunk);
            }
        }

        @Override
        public Optional<byte[]> draft(SnapshotName name) {
            return Optional.empty(); // nobody stands by
        }

        @Override
        public void publish(SnapshotName name, byte[] header) throws JournalException {
            synchronized (lock) {
                mustLead();
                headers.put(name, header);
            }
        }

        @Override
        public void drop(SnapshotName name) throws JournalException {
            synchronized (lock) {
                mustLead();
                headers.remove(name);
                chunks.remove(name);
            }
        }

        @Override
        public void truncate(long before) throws JournalException {
            synchronized (lock) {
                mustLead();
                records.headMap(Math.min(before, records.lastKey())).clear();
            }
        }

        private void mustLead() throws JournalException.Fenced {
            synchronized (lock) {
                if (leadership != epoch) {
                    throw new JournalException.Fenced("epoch " + epoch + " leads");
                }
            }
        }
    }
}
