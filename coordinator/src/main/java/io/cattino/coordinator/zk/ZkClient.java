package io.cattino.coordinator.zk;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of ZooKeeper. Curator keeps it connected and replaces an expired session silently;
 * whoever must notice that works on a {@link ZkSession}. Any thread.
 */
public final class ZkClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZkClient.class);

    private final ZkConfig config;
    private final List<ACL> acl;
    private final CuratorFramework curator;
    private final List<ZkSession> sessions = new CopyOnWriteArrayList<>();

    /** Starts to connect; does not wait for it. */
    public ZkClient(ZkConfig config) {
        this.config = config;
        this.acl = RootLock.only(config.credential());
        int sessionMs = Math.toIntExact(config.session().toMillis());
        this.curator =
                CuratorFrameworkFactory.builder()
                        .connectString(config.servers())
                        .sessionTimeoutMs(sessionMs)
                        .connectionTimeoutMs(sessionMs)
                        .retryPolicy(new BoundedExponentialBackoffRetry(100, 1000, 5))
                        .connectionStateErrorPolicy(new SessionConnectionStateErrorPolicy())
                        .authorization(
                                "digest", config.credential().getBytes(StandardCharsets.UTF_8))
                        .aclProvider(new OnlyWe(acl))
                        .dontUseContainerParents()
                        .canBeReadOnly(false)
                        .build();
        curator.getConnectionStateListenable().addListener((_, state) -> onState(state));
        curator.start();
    }

    public ZkConfig config() {
        return config;
    }

    /** Who may do anything to our znodes: we. */
    List<ACL> acl() {
        return acl;
    }

    /**
     * The session there is, or the next one.
     *
     * @throws KeeperException if there is no connection in time
     */
    public ZkSession session() throws KeeperException, InterruptedException {
        long patience = config.patience().toMillis();
        if (!curator.blockUntilConnected(Math.toIntExact(patience), TimeUnit.MILLISECONDS)) {
            throw new KeeperException.ConnectionLossException();
        }
        ZkSession session = new ZkSession(handle(), acl, config.patience(), sessions::remove);
        sessions.add(session);
        if (handle() != session.handle()) {
            session.lost();
        }
        return session;
    }

    /**
     * Queues up for the leadership, and does so again after every loss of the session.
     *
     * @param path of the queue
     * @param candidate address of who queues up
     */
    public Election stand(String path, String candidate) {
        return LatchElection.stand(curator, path, candidate);
    }

    /** What Curator makes is as closed to others as what we make. */
    private record OnlyWe(List<ACL> acl) implements ACLProvider {
        @Override
        public List<ACL> getDefaultAcl() {
            return acl;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return acl;
        }
    }

    private ZooKeeper handle() throws KeeperException, InterruptedException {
        try {
            return curator.getZookeeperClient().getZooKeeper();
        } catch (KeeperException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Curator gave no handle", e);
        }
    }

    private void onState(ConnectionState state) {
        switch (state) {
            case LOST -> {
                LOG.warn("ZooKeeper session lost servers={}", config.servers());
                sessions.forEach(ZkSession::lost);
            }
            case SUSPENDED ->
                    LOG.warn("ZooKeeper connection suspended servers={}", config.servers());
            case CONNECTED, RECONNECTED, READ_ONLY ->
                    LOG.info("ZooKeeper connection state={} servers={}", state, config.servers());
        }
    }

    @Override
    public void close() {
        sessions.forEach(ZkSession::lost);
        curator.close();
    }
}
