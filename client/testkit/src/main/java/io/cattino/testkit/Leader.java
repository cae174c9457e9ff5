package io.cattino.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.Coordinator;
import io.cattino.coordinator.CoordinatorServer;
import io.cattino.coordinator.config.AccessToken;
import io.cattino.coordinator.config.BuildInfo;
import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.journal.InMemoryJournalStore;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalListener;
import io.cattino.coordinator.loop.EventFeed;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator of a farm: the real one, over a journal in memory that outlives it. Any thread.
 */
final class Leader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);

    /** Tests wait for what agents say: more often than on a farm. */
    private static final Duration HEARTBEAT = Duration.ofMillis(200);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final InMemoryJournalStore store =
            new InMemoryJournalStore("testkit-" + UUID.randomUUID(), JournalListener.NONE);

    private final Path home;
    private final String token;
    private final Relay grpc;
    private final Relay http;

    @GuardedBy("this")
    private @Nullable Coordinator running;

    /**
     * @param home absolute; submissions get their directories in it
     * @param grpc by which others reach the gRPC port
     * @param http by which others reach the HTTP port
     */
    Leader(Path home, String token, Relay grpc, Relay http) {
        this.home = home;
        this.token = token;
        this.grpc = grpc;
        this.http = http;
    }

    /** Leads under a new epoch, on what the journal holds, unless it leads already. */
    synchronized void start() throws IOException {
        if (running != null) {
            return;
        }
        try {
            Coordinator started =
                    Coordinator.start(
                            store,
                            config(),
                            new CoordinatorMetrics(
                                    new CollectorRegistry(), BuildInfo.of(CoordinatorServer.class)),
                            home,
                            this::shutDown,
                            failure -> LOG.error("the coordinator ended", failure));
            running = started;
            grpc.passTo(started.grpcPort());
            http.passTo(started.httpPort());
        } catch (JournalException e) {
            throw new IOException("the journal in memory cannot be led", e);
        }
    }

    /** Port of its gRPC endpoint, without the relay. */
    int port() {
        return present().grpcPort();
    }

    /** Reads the state. */
    <T> T read(Function<View, T> query) {
        return present().leader().read(query).join();
    }

    /**
     * Waits until a condition holds, which is looked at whenever something became durable, and now
     * and then, as what agents say is not.
     *
     * @return whether it does
     */
    boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (true) {
            EventFeed feed = present().leader().events();
            long seen = feed.revision();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (System.nanoTime() - until >= 0) {
                return false;
            }
            var _ = feed.after(seen, 1, LOOK_AGAIN.toNanos());
        }
    }

    /** Goes away; what it accepted stays in the journal. */
    @Override
    public synchronized void close() {
        grpc.cut();
        http.cut();
        stop();
    }

    /** The same on a client's word: the answer to that is still on its way through the relay. */
    private synchronized void shutDown() {
        grpc.refuse();
        http.refuse();
        stop();
    }

    private synchronized void stop() {
        Coordinator present = running;
        running = null;
        if (present != null) {
            present.close();
        }
    }

    private synchronized Coordinator present() {
        if (running == null) {
            throw new IllegalStateException("the leader was stopped; start it again first");
        }
        return running;
    }

    private CoordinatorConfig config() {
        return CoordinatorConfig.builder(home, new AccessToken(token), store.clusterId())
                .grpcPort(0)
                .httpPort(0)
                .advertised(grpc.address())
                .tokenFile(home.resolve("token"))
                .allInOne(true)
                .heartbeat(HEARTBEAT)
                .build();
    }
}
