package io.cattino.coordinator.zk;

/**
 * Settings that ZooKeeper's server only takes for the whole JVM. Who starts the JVM may have chosen
 * others.
 */
final class ServerSettings {
    private ServerSettings() {}

    static void apply() {
        property("zookeeper.snapSizeLimitInKb", "65536");
        property("zookeeper.preAllocSize", "4096");
        // All but srvr, which the server insists on; it tells its version and counters.
        property("zookeeper.4lw.commands.whitelist", "");
        property("zookeeper.admin.enableServer", "false");
    }

    private static void property(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
