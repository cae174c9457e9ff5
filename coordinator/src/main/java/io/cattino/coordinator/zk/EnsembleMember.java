package io.cattino.coordinator.zk;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.zookeeper.server.admin.AdminServer.AdminServerException;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * A server of a ZooKeeper ensemble in this process: ZooKeeper's own main class, with our defaults
 * for what its file does not say. Ends with the process.
 */
public final class EnsembleMember extends QuorumPeerMain {
    private EnsembleMember() {}

    /**
     * Serves until the process ends.
     *
     * @param config ZooKeeper's {@code zoo.cfg}
     * @throws IOException if that makes no sense, a port is taken, or its files cannot be read
     */
    public static void run(Path config) throws IOException {
        ServerSettings.apply();
        try {
            new EnsembleMember().initializeAndRun(new String[] {config.toString()});
        } catch (ConfigException e) {
            throw new IOException(config + ": " + reason(e), e);
        } catch (AdminServerException e) {
            throw new IOException("ZooKeeper's admin server: " + reason(e), e);
        }
    }

    private static String reason(Exception failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
