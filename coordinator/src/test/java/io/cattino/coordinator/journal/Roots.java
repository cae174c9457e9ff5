package io.cattino.coordinator.journal;

import io.cattino.coordinator.zk.ZkConfig;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives each test a store of its own in a ZooKeeper that many share. */
final class Roots {
    private static final AtomicInteger ROOTS = new AtomicInteger();

    private Roots() {}

    /** The same ZooKeeper, below a root that nobody has used. */
    static ZkConfig fresh(ZkConfig shared) {
        return at(shared, "/farms/" + ROOTS.incrementAndGet() + "/cattino");
    }

    static ZkConfig at(ZkConfig shared, String root) {
        return new ZkConfig(
                shared.servers(), shared.credential(), root, shared.session(), shared.patience());
    }
}
