package io.cattino.coordinator.zk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue as a latch of Curator: an ephemeral znode for each candidate, in order of arrival. */
final class LatchElection implements Election {
    private static final Logger LOG = LoggerFactory.getLogger(LatchElection.class);

    /**
     * Parts address and instance: one address may be in the queue twice, before and after a
     * restart.
     */
    private static final String INSTANCE = " ";

    private final LeaderLatch latch;
    private final CuratorCache cache;
    private final CompletableFuture<Void> elected = new CompletableFuture<>();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private final CuratorFramework curator;

    /** The latch takes a place of an old session for its own as long as the server still has it. */
    private final ConnectionStateListener sessions = (_, state) -> onState(state);

    private final String id;
    private volatile List<Place> queue = List.of();

    private record Place(String path, String id) {
        String address() {
            return id.substring(0, Math.max(0, id.indexOf(INSTANCE)));
        }
    }

    private LatchElection(CuratorFramework curator, String path, String candidate) {
        this.curator = curator;
        this.id = candidate + INSTANCE + UUID.randomUUID();
        this.latch = new LeaderLatch(curator, path, id);
        this.cache = CuratorCache.build(curator, path);
        latch.addListener(
                new LeaderLatchListener() {
                    @Override
                    public void isLeader() {
                        elected.complete(null);
                    }

                    @Override
                    public void notLeader() {
                        // The session is lost, which ends a leadership by itself.
                    }
                });
        curator.getConnectionStateListenable().addListener(sessions);
        cache.listenable().addListener((_, _, _) -> look(path));
    }

    static LatchElection stand(CuratorFramework curator, String path, String candidate) {
        LatchElection election = new LatchElection(curator, path, candidate);
        election.cache.start();
        try {
            election.latch.start();
        } catch (Exception e) {
            throw new IllegalStateException("the latch does not start", e);
        }
        return election;
    }

    private void onState(ConnectionState state) {
        if (state == ConnectionState.LOST) {
            lost.complete(null);
        }
    }

    private void look(String path) {
        queue =
                cache.stream()
                        .filter(node -> !node.getPath().equals(path))
                        .sorted(Comparator.comparing(LatchElection::turn))
                        .map(node -> new Place(node.getPath(), new String(node.getData(), UTF_8)))
                        .toList();
    }

    /** ZooKeeper's number at the end of the name, of ten digits. */
    private static String turn(ChildData node) {
        return node.getPath().substring(node.getPath().lastIndexOf('-') + 1);
    }

    @Override
    public CompletableFuture<Void> elected() {
        return elected;
    }

    @Override
    public CompletableFuture<Void> lost() {
        return lost;
    }

    @Override
    public Optional<String> place() {
        return Optional.ofNullable(latch.getOurPath());
    }

    @Override
    public List<String> candidates() {
        return queue.stream().map(Place::address).filter(it -> !it.isEmpty()).distinct().toList();
    }

    @Override
    public Optional<Rival> ahead() {
        List<Place> places = queue;
        return places.size() > 1 && places.get(1).id().equals(id)
                ? Optional.of(new Rival(places.getFirst().address(), places.getFirst().path()))
                : Optional.empty();
    }

    @Override
    public boolean isConnected() {
        return curator.getZookeeperClient().isConnected();
    }

    @Override
    public void close() {
        curator.getConnectionStateListenable().removeListener(sessions);
        cache.close();
        try {
            latch.close();
        } catch (IOException | RuntimeException e) {
            // Its znode goes with the session.
            LOG.warn("the latch was not given back", e);
        }
    }
}
