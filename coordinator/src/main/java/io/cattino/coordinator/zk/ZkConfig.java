package io.cattino.coordinator.zk;

import java.time.Duration;

/**
 * How to reach ZooKeeper.
 *
 * @param servers {@code host:port,host:port}
 * @param credential {@code name:secret} of the digest scheme; only it may touch what Cattino stores
 * @param root where the cluster lies, see {@link ZkPaths}
 * @param session how long the servers keep our session when they do not hear from us
 * @param patience how long one call goes on trying while there is no connection
 */
public record ZkConfig(
        String servers, String credential, String root, Duration session, Duration patience) {
    public ZkConfig {
        if (credential.indexOf(':') <= 0) {
            throw new IllegalArgumentException(
                    "the ZooKeeper credential must look like name:secret");
        }
    }

    /** With the defaults of everything else. */
    public ZkConfig(String servers, String credential) {
        this(
                servers,
                credential,
                ZkPaths.DEFAULT_ROOT,
                Duration.ofSeconds(4),
                Duration.ofSeconds(10));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ZkConfig[servers=" + servers + ", root=" + root + ", session=" + session + "]";
    }
}
