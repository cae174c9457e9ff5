package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;

import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import java.util.List;
import org.apache.zookeeper.Op;

/**
 * Where a standby, which has no epoch, puts snapshots for the leader to publish: all that it can do
 * is add. Whatever the leader does to one, publishing or dropping it, changes the version of its
 * znode, and so ends it. Nothing is tried again. One thread at a time; calls block.
 */
final class ZooKeeperDrafts implements ChunkOutput.Sink {
    /** Version of the znode of a draft that the leader has done nothing to. */
    static final int UNTOUCHED = 0;

    private final ZkSession session;
    private final ZkPaths paths;

    ZooKeeperDrafts(ZkSession session, ZkPaths paths) {
        this.session = session;
        this.paths = paths;
    }

    /**
     * Stores one chunk.
     *
     * @throws JournalException also if another has begun this one, or the leader has ended it
     */
    @Override
    public void put(SnapshotName name, int index, byte[] chunk) throws JournalException {
        String path = paths.snapshot(name.toString());
        Op first = index == 0 ? session.create(path, new byte[0]) : Op.check(path, UNTOUCHED);
        add(first, session.create(paths.chunk(name.toString(), index), chunk));
    }

    /**
     * It is whole.
     *
     * @throws JournalException also if the leader has ended it
     */
    void finish(SnapshotName name, byte[] header) throws JournalException {
        add(
                Op.check(paths.snapshot(name.toString()), UNTOUCHED),
                session.create(paths.draft(name.toString()), header));
    }

    private void add(Op first, Op second) throws JournalException {
        boolean _ =
                call(
                        "write " + second.getPath(),
                        () -> {
                            session.multi(List.of(first, second));
                            return true;
                        });
    }
}
