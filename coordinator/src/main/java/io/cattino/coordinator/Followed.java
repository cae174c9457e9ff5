package io.cattino.coordinator;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.SchedulerCore;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.loop.LastKnown;
import org.jspecify.annotations.Nullable;

/**
 * What one who stands by has read of the journal, which is durable by nature: shown when it can
 * read no more, until it can again. One thread at a time.
 */
final class Followed {
    private final CoordinatorServer server;
    private final String runRoot;
    private @Nullable ClusterState state;
    private long beganNanos;

    Followed(CoordinatorServer server, String runRoot) {
        this.server = server;
        this.runRoot = runRoot;
    }

    /** The journal was read to its end, from that moment on. */
    void read(ClusterState upToNow, long nanos) {
        state = upToNow;
        beganNanos = nanos;
        server.followed(upToNow.revision());
    }

    /** It cannot be read: the state is nobody's any more. */
    void failed(JournalException why) {
        ClusterState whole = state;
        state = null;
        if (whole != null && !(why instanceof JournalException.Corrupt)) {
            server.remember(new LastKnown(new SchedulerCore(whole, runRoot), beganNanos));
        }
    }

    /** The state is a leader's from here on. */
    void over() {
        state = null;
    }
}
