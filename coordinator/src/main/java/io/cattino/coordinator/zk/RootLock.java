package io.cattino.coordinator.zk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;

/** Who may do what: only the holder of one credential, everything. */
final class RootLock {
    private static final int SESSION_MS = 10_000;

    private RootLock() {}

    /** The access list that only a credential opens. */
    static List<ACL> only(String credential) {
        try {
            String digest = DigestAuthenticationProvider.generateDigest(credential);
            // Not List.of: the client asks it whether it contains null.
            return Collections.singletonList(new ACL(Perms.ALL, new Id("digest", digest)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /** Closes a server's root, which is open to everyone at first. */
    static void apply(String servers, String credential) throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        Watcher watcher =
                event -> {
                    if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                };
        ZooKeeper zk = new ZooKeeper(servers, SESSION_MS, watcher);
        try {
            if (!connected.await(SESSION_MS, TimeUnit.MILLISECONDS)) {
                throw new IOException("the embedded ZooKeeper at " + servers + " does not answer");
            }
            zk.addAuthInfo("digest", credential.getBytes(StandardCharsets.UTF_8));
            zk.setACL("/", only(credential), -1);
        } catch (KeeperException e) {
            throw new IOException(
                    "the embedded ZooKeeper's root could not be closed: " + e.code(), e);
        } finally {
            zk.close();
        }
    }
}
