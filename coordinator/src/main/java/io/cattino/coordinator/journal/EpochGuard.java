package io.cattino.coordinator.journal;

import static io.cattino.coordinator.journal.ZooKeeperErrors.call;

import com.google.protobuf.InvalidProtocolBufferException;
import io.cattino.coordinator.zk.ZkPaths;
import io.cattino.coordinator.zk.ZkSession;
import io.cattino.proto.journal.v1.Epoch;
import java.util.Arrays;
import java.util.Optional;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epoch as one leadership wrote it (law 5): what every write checks, and what it means when the
 * check fails. Any thread; {@link #over} blocks.
 *
 * @param version of its znode
 */
record EpochGuard(
        ZkSession session, ZkPaths paths, Epoch epoch, int version, JournalListener listener) {
    private static final Logger LOG = LoggerFactory.getLogger(EpochGuard.class);

    /** Fails whatever it is put before, unless the epoch is still this one. */
    Op check() {
        return Op.check(paths.epoch(), version);
    }

    /**
     * Why ZooKeeper refused.
     *
     * @param what was refused
     * @return {@link JournalException.Fenced} if another leads
     */
    JournalException over(String what) throws JournalException {
        Optional<ZkSession.Versioned> now =
                call("read the epoch", () -> session.get(paths.epoch()));
        boolean ours =
                now.isPresent()
                        && now.get().version() == version
                        && Arrays.equals(now.get().data(), epoch.toByteArray());
        listener.badVersion(!ours);
        if (ours) {
            LOG.error(
                    "{} and yet the epoch is ours epoch={} version={}",
                    what,
                    epoch.getNumber(),
                    version);
            return new JournalException(
                    what + ", and yet epoch " + epoch.getNumber() + " is still ours");
        }
        return new JournalException.Fenced(
                what + ": epoch " + epoch.getNumber() + " is over, " + leader(now));
    }

    private static String leader(Optional<ZkSession.Versioned> now) {
        if (now.isEmpty()) {
            return "and the store was wiped";
        }
        try {
            Epoch next = Epoch.parseFrom(now.get().data());
            return next.getOwner() + " leads with epoch " + next.getNumber();
        } catch (InvalidProtocolBufferException e) {
            return "and its znode cannot be read: " + e.getMessage();
        }
    }
}
