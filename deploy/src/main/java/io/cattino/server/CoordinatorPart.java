package io.cattino.server;

import io.cattino.coordinator.Coordinator;
import io.cattino.coordinator.JournalMeter;
import io.cattino.coordinator.config.AccessToken;
import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.journal.JournalException;
import io.cattino.coordinator.journal.JournalStore;
import io.cattino.coordinator.journal.ZooKeeperJournalStore;
import io.cattino.coordinator.metrics.CoordinatorMetrics;
import io.cattino.coordinator.zk.ZkConfig;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A coordinator as part of a server, alone or with everything else.
 *
 * @param home where the server keeps its files
 * @param token what callers have to show
 * @param tokenFile where they find it
 * @param runRoot below which submissions get their directories
 * @param known which cluster it belongs to; empty: its ZooKeeper is its own
 * @param allInOne whether ZooKeeper and an agent are in the same process
 * @param network who may reach it, and how
 */
record CoordinatorPart(
        Path home,
        String token,
        Path tokenFile,
        Path runRoot,
        Optional<KnownCluster> known,
        boolean allInOne,
        Network network) {

    /**
     * Who may reach it.
     *
     * @param advertised {@code host[:port]} for others; empty: where it listens
     * @param insecurePlaintext whether others may be on other machines
     */
    record Network(String advertised, boolean insecurePlaintext) {
        /** This machine alone. */
        static final Network NONE = new Network("", false);
    }

    /** Opens the journal, leads, opens the ports; what it opened is added to the closer. */
    Coordinator start(ZkConfig zooKeeper, ListenOptions listen, Lifetime lifetime, Closer closer)
            throws JournalException, IOException {
        CoordinatorMetrics metrics =
                new CoordinatorMetrics(new CollectorRegistry(), ServerMain.BUILD);
        Optional<String> cluster = known.isPresent() ? known.get().id() : Optional.empty();
        JournalStore store =
                ZooKeeperJournalStore.open(zooKeeper, cluster, new JournalMeter(metrics));
        closer.add("journal", store);
        if (known.isPresent()) {
            known.get().remember(store.clusterId());
        }
        CoordinatorConfig config =
                CoordinatorConfig.builder(home, new AccessToken(token), store.clusterId())
                        .host(listen.host())
                        .grpcPort(listen.port())
                        .httpPort(listen.httpPort())
                        .advertised(network.advertised())
                        .insecurePlaintext(network.insecurePlaintext())
                        .tokenFile(tokenFile)
                        .allInOne(allInOne)
                        .build();
        Coordinator coordinator =
                Coordinator.start(
                        store,
                        config,
                        metrics,
                        runRoot,
                        () -> lifetime.end(ExitCode.OK),
                        lifetime::fail);
        closer.add("coordinator", coordinator);
        return coordinator;
    }
}
