package io.cattino.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks one thing after the other, as its seed says, each for a while, and puts it right again.
 * One thread.
 */
final class Nemesis {
    private static final Logger LOG = LoggerFactory.getLogger(Nemesis.class);
    private static final Duration BACK = Duration.ofMinutes(3);

    /** What can happen, and how often it does. */
    enum Fault {
        LEADER_KILLED(5),
        LEADER_STOPPED(3),
        LEADER_FROZEN(3),
        STANDBY_KILLED(2),
        AGENT_KILLED(4),
        AGENT_STOPPED(2),
        AGENT_HICCUP(3),
        AGENT_FROZEN_UNTIL_LOST(1),
        ZOOKEEPER_MEMBER_STOPPED(3),
        ZOOKEEPER_WITHOUT_QUORUM(1);

        private final int weight;

        Fault(int weight) {
            this.weight = weight;
        }
    }

    private final Apart apart;
    private final List<String> nodes;
    private final SplittableRandom random;
    private final Duration lostAfter;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);

    /**
     * @param lostAfter of the farm's tasks
     */
    Nemesis(Apart apart, List<String> nodes, Duration lostAfter, long seed) {
        this.apart = apart;
        this.nodes = nodes;
        this.lostAfter = lostAfter;
        this.random = new SplittableRandom(seed);
    }

    /** Until {@link #end}; then everything is as it should be. */
    void run() throws InterruptedException {
        while (!over.await(random.nextInt(5_000, 20_000), TimeUnit.MILLISECONDS)) {
            Fault fault = next();
            LOG.info("nemesis fault={}", fault);
            strike(fault);
            done.merge(fault, 1, Integer::sum);
        }
    }

    void end() {
        over.countDown();
    }

    /** How often what happened. */
    Map<Fault, Integer> done() {
        return done;
    }

    private Fault next() {
        List<Fault> urn = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            for (int i = 0; i < fault.weight; i++) {
                urn.add(fault);
            }
        }
        return urn.get(random.nextInt(urn.size()));
    }

    private void strike(Fault fault) throws InterruptedException {
        switch (fault) {
            case LEADER_KILLED -> {
                int leader = leader();
                apart.killCoordinator(leader);
                pause(0, 5_000);
                apart.startCoordinator(leader);
            }
            case LEADER_STOPPED -> {
                int leader = leader();
                apart.coordinator(leader).terminate();
                pause(0, 5_000);
                apart.startCoordinator(leader);
            }
            case LEADER_FROZEN -> {
                int leader = leader();
                apart.coordinator(leader).freeze();
                pause(3_000, 9_000);
                apart.coordinator(leader).thaw();
                awaitBackOrGone(leader);
            }
            case STANDBY_KILLED -> {
                int standby = (leader() + 1) % apart.coordinators();
                apart.killCoordinator(standby);
                pause(0, 5_000);
                apart.startCoordinator(standby);
            }
            case AGENT_KILLED -> {
                String node = node();
                apart.killAgent(node);
                pause(0, 10_000);
                apart.startAgent(node);
            }
            case AGENT_STOPPED -> {
                String node = node();
                apart.agent(node).terminate();
                pause(0, 10_000);
                apart.startAgent(node);
            }
            case AGENT_HICCUP -> frozen(node(), 1_000, 8_000);
            case AGENT_FROZEN_UNTIL_LOST -> {
                int lost = Math.toIntExact(lostAfter.toMillis());
                frozen(node(), lost + 3_000, lost + 10_000);
            }
            case ZOOKEEPER_MEMBER_STOPPED -> {
                int member = random.nextInt(apart.zooKeeper().size());
                apart.zooKeeper().stop(member);
                pause(1_000, 10_000);
                apart.zooKeeper().start(member);
            }
            case ZOOKEEPER_WITHOUT_QUORUM -> {
                apart.zooKeeper().stop(0);
                apart.zooKeeper().stop(1);
                pause(1_000, 15_000);
                apart.zooKeeper().start(0);
                apart.zooKeeper().start(1);
            }
        }
    }

    private void frozen(String node, int atLeastMs, int atMostMs) throws InterruptedException {
        apart.agent(node).freeze();
        pause(atLeastMs, atMostMs);
        apart.agent(node).thaw();
    }

    /** A leader that finds itself replaced either stands by or ends, to be started again. */
    private void awaitBackOrGone(int coordinator) {
        await("the frozen leader knows where it stands")
                .atMost(BACK)
                .until(() ->
                        !apart.coordinator(coordinator).isAlive() || apart.isHealthy(coordinator));
        if (!apart.coordinator(coordinator).isAlive()) {
            apart.startCoordinator(coordinator);
        }
    }

    private int leader() {
        return await("somebody leads").atMost(BACK).until(apart::leading, it -> it >= 0);
    }

    private String node() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    /** The fault lasts, unless the end is near. */
    private void pause(int atLeastMs, int atMostMs) throws InterruptedException {
        var _ = over.await(random.nextInt(atLeastMs, atMostMs), TimeUnit.MILLISECONDS);
    }
}
