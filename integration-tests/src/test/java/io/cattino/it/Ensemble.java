package io.cattino.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.QuorumConfigBuilder;
import org.apache.curator.test.TestingZooKeeperServer;

/** ZooKeeper in this JVM: servers that can be stopped and started one by one, with their data. */
final class Ensemble implements AutoCloseable {
    /** What is shipped in {@code zoo.cfg}. */
    private static final int TICK_MS = 500;

    private final List<TestingZooKeeperServer> members = new ArrayList<>();
    private final List<InstanceSpec> specs;

    private Ensemble(List<InstanceSpec> specs) {
        this.specs = specs;
    }

    /** So many servers, running. */
    static Ensemble of(int count) throws Exception {
        List<InstanceSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            specs.add(new InstanceSpec(null, -1, -1, -1, true, i + 1, TICK_MS, 1_000));
        }
        Ensemble ensemble = new Ensemble(specs);
        for (int i = 0; i < count; i++) {
            TestingZooKeeperServer member =
                    new TestingZooKeeperServer(new QuorumConfigBuilder(specs), i);
            ensemble.members.add(member);
            member.start();
        }
        return ensemble;
    }

    int size() {
        return members.size();
    }

    /** Where clients find the only one. */
    int port() {
        if (size() != 1) {
            throw new IllegalStateException("there are " + size());
        }
        return specs.getFirst().getPort();
    }

    /** For clients. */
    String servers() {
        return specs.stream()
                .map(spec -> "127.0.0.1:" + spec.getPort())
                .collect(Collectors.joining(","));
    }

    void stop(int member) {
        try {
            members.get(member).stop();
        } catch (IOException e) {
            throw new IllegalStateException("ZooKeeper does not stop", e);
        }
    }

    /** Starts one again, with what it had stored. */
    void start(int member) {
        try {
            members.get(member).restart();
        } catch (Exception e) {
            throw new IllegalStateException("ZooKeeper does not come back", e);
        }
    }

    void stop() {
        for (int i = 0; i < members.size(); i++) {
            stop(i);
        }
    }

    void start() {
        for (int i = 0; i < members.size(); i++) {
            start(i);
        }
    }

    @Override
    public void close() throws IOException {
        for (TestingZooKeeperServer member : members) {
            member.close();
        }
    }
}
