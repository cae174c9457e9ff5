package io.cattino.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A host whose packets the kernel drops, without a word to anybody: the leader's, with what it may
 * still send or still receive (F01, F09, F10). Each part of the farm has a host of its own.
 */
class HostLostIT {
    private static final int COORDINATORS = 3;

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Hosts hosts;
    private static Wire zooKeeper;
    private static Apart apart;

    @BeforeAll
    static void start() throws Exception {
        Optional<Hosts> possible = Hosts.open();
        assumeTrue(possible.isPresent(), "needs root, and ip and tc of iproute2");
        hosts = possible.get();
        zooKeeper = new Wire(hosts.here());
        Map<String, Wire> wires =
                IntStream.range(0, COORDINATORS)
                        .boxed()
                        .collect(Collectors.toMap(i -> "coordinator-" + i, _ -> zooKeeper));
        apart =
                new Apart(
                        FARM,
                        Map.of("node-1", "4x24576"),
                        COORDINATORS,
                        Ensemble.of(1),
                        wires,
                        hosts::host);
    }

    @AfterAll
    static void stop() throws Exception {
        try (Hosts _ = hosts;
                Wire _ = zooKeeper;
                Apart _ = apart) {
            // Whatever of them there is, the last one first.
        }
    }

    @Test
    void aLeaderWhoseHostVanishesGivesWay() throws Exception {
        deposed("gone", true, true);
    }

    @Test
    @Tag("soak")
    void aLeaderThatHearsNobodyGivesWay() throws Exception {
        deposed("deaf", true, false);
    }

    @Test
    @Tag("soak")
    void aLeaderThatNobodyHearsGivesWay() throws Exception {
        deposed("dumb", false, true);
    }

    private static void deposed(String group, boolean received, boolean sent) throws Exception {
        Deposed.of(
                apart,
                FARM,
                group,
                leader -> hosts.cut("coordinator-" + leader, received, sent),
                leader -> hosts.heal("coordinator-" + leader));
    }
}
