package io.cattino.coordinator.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Everything a coordinator's shells are told. Immutable; a value that exists is valid.
 *
 * @param host address both ports listen on; loopback, unless {@code insecurePlaintext}
 * @param grpcPort 0: any free one
 * @param httpPort 0: any free one
 * @param advertised host, or {@code host:port}, by which others reach this server; empty: the
 *     address it listens on
 * @param insecurePlaintext whether others may be on other machines, although everything they say,
 *     tokens too, goes over the network as it is
 * @param home where this server keeps its files
 * @param token what callers have to show
 * @param tokenFile where people find it, for the hint of a refusal
 * @param zone in which directories are named after the time of acceptance
 * @param clusterId of the journal store
 * @param allInOne coordinator, agent and ZooKeeper in one process
 * @param heartbeat what agents are told at their welcome
 * @param sample what agents are told at their welcome
 * @param stopGrace TERM to KILL
 */
public record CoordinatorConfig(
        String host,
        int grpcPort,
        int httpPort,
        String advertised,
        boolean insecurePlaintext,
        Path home,
        AccessToken token,
        Path tokenFile,
        ZoneId zone,
        String clusterId,
        boolean allInOne,
        Duration heartbeat,
        Duration sample,
        Duration stopGrace) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_GRPC_PORT = 19192;
    public static final int DEFAULT_HTTP_PORT = 19193;
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(2);
    public static final Duration DEFAULT_SAMPLE = Duration.ofSeconds(1);
    public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(30);

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:[^:\\[\\]]+|\\[[^\\]]+\\]):\\d{1,5}");

    /**
     * Checks everything together.
     *
     * @throws IllegalArgumentException naming everything that is wrong, one line each
     */
    public CoordinatorConfig {
        List<String> problems = new ArrayList<>();
        listening(host, advertised, insecurePlaintext, problems);
        port("grpcPort", grpcPort, problems);
        port("httpPort", httpPort, problems);
        if (grpcPort != 0 && grpcPort == httpPort) {
            problems.add("httpPort: " + httpPort + " is the gRPC port; choose another one");
        }
        absolute("home", home, problems);
        absolute("tokenFile", tokenFile, problems);
        if (clusterId.isBlank()) {
            problems.add("clusterId: must not be empty");
        }
        positive("heartbeat", heartbeat, problems);
        positive("sample", sample, problems);
        positive("stopGrace", stopGrace, problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** The defaults, but for what has none. */
    public static Builder builder(Path home, AccessToken token, String clusterId) {
        return new Builder(home, token, clusterId);
    }

    /** {@code host:port} by which tasks and people reach a server that listens on this port. */
    public String addressAt(int port) {
        if (advertised.isEmpty()) {
            return bracketed(host) + ":" + port;
        }
        return HOST_AND_PORT.matcher(advertised).matches()
                ? advertised
                : bracketed(advertised) + ":" + port;
    }

    /** The host by which others reach it, in brackets if it has colons. */
    public String reachedAs() {
        String address = addressAt(0);
        return address.substring(0, address.lastIndexOf(':'));
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static void listening(
            String host, String advertised, boolean insecurePlaintext, List<String> problems) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException _) {
            problems.add("host: " + host + " is unknown");
            return;
        }
        if (!address.isLoopbackAddress() && !insecurePlaintext) {
            problems.add(
                    "host: "
                            + host
                            + " is not a loopback address, and what is said there, tokens too, would go over the network"
                            + " unencrypted. On a network that you trust: meow coordinator run --insecure-plaintext");
        }
        if (address.isAnyLocalAddress() && advertised.isEmpty()) {
            problems.add(
                    "host: nobody reaches this machine as "
                            + host
                            + "; say how others do: --advertise HOST");
        }
    }

    private static void port(String name, int port, List<String> problems) {
        if (port < 0 || port > 65_535) {
            problems.add(name + ": " + port + " is no port (0 to 65535)");
        }
    }

    private static void absolute(String name, Path path, List<String> problems) {
        if (!path.isAbsolute()) {
            problems.add(name + ": " + path + " is not an absolute path");
        }
    }

    private static void positive(String name, Duration value, List<String> problems) {
        if (!value.isPositive()) {
            problems.add(name + ": " + value + " must be above 0");
        }
    }

    /** Collects what differs from the defaults. One thread. */
    public static final class Builder {
        private final Path home;
        private final AccessToken token;
        private final String clusterId;
        private Path tokenFile;
        private String host = DEFAULT_HOST;
        private int grpcPort = DEFAULT_GRPC_PORT;
        private int httpPort = DEFAULT_HTTP_PORT;
        private String advertised = "";
        private boolean insecurePlaintext;
        private ZoneId zone = ZoneId.systemDefault();
        private boolean allInOne;
        private Duration heartbeat = DEFAULT_HEARTBEAT;
        private Duration sample = DEFAULT_SAMPLE;
        private Duration stopGrace = DEFAULT_STOP_GRACE;

        private Builder(Path home, AccessToken token, String clusterId) {
            this.home = home;
            this.token = token;
            this.clusterId = clusterId;
            this.tokenFile = home.resolve("server").resolve("token");
        }

        public Builder host(String value) {
            this.host = value;
            return this;
        }

        public Builder grpcPort(int value) {
            this.grpcPort = value;
            return this;
        }

        public Builder httpPort(int value) {
            this.httpPort = value;
            return this;
        }

        public Builder advertised(String value) {
            this.advertised = value;
            return this;
        }

        public Builder insecurePlaintext(boolean value) {
            this.insecurePlaintext = value;
            return this;
        }

        public Builder tokenFile(Path value) {
            this.tokenFile = value;
            return this;
        }

        public Builder zone(ZoneId value) {
            this.zone = value;
            return this;
        }

        public Builder allInOne(boolean value) {
            this.allInOne = value;
            return this;
        }

        public Builder heartbeat(Duration value) {
            this.heartbeat = value;
            return this;
        }

        public Builder sample(Duration value) {
            this.sample = value;
            return this;
        }

        public Builder stopGrace(Duration value) {
            this.stopGrace = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming everything that is wrong, one line each
         */
        public CoordinatorConfig build() {
            return new CoordinatorConfig(
                    host,
                    grpcPort,
                    httpPort,
                    advertised,
                    insecurePlaintext,
                    home,
                    token,
                    tokenFile,
                    zone,
                    clusterId,
                    allInOne,
                    heartbeat,
                    sample,
                    stopGrace);
        }
    }
}
