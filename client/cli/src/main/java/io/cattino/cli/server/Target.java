package io.cattino.cli.server;

import io.cattino.cli.output.Failure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which coordinators are meant.
 *
 * @param addresses {@code host:port,host:port}; a {@code /http-port} may follow each
 * @param tokenFile where the token is
 * @param chosen whether somebody named coordinators; else it is this host's own server, which may
 *     be started
 */
public record Target(String addresses, Path tokenFile, boolean chosen) {

    private static final int DEFAULT_PORT = 19192;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    /**
     * Looks at the flag, the variables, the settings and what this host's server says of itself, in
     * this order.
     *
     * @param flag value of {@code -H}, null without it
     */
    public static Target find(@Nullable String flag, Map<String, String> env, Home home) {
        Target target = named(flag, env, home);
        Optional<LocalServer> local =
                target.isLoopback() && !target.addresses.contains("/")
                        ? LocalServer.find(home)
                        : Optional.empty();
        return local.filter(server -> server.grpcPort() == target.port())
                .map(server -> target.with(server.httpPort()))
                .orElse(target);
    }

    private Target with(int httpPort) {
        return new Target(hostAndPort(host(), port() + "/" + httpPort), tokenFile, chosen);
    }

    private static Target named(@Nullable String flag, Map<String, String> env, Home home) {
        Path token = tokenFile(env, home);
        if (flag != null) {
            return new Target(flag.strip(), token, true);
        }
        String coordinator = env.getOrDefault("CATTINO_COORDINATOR", "");
        if (!coordinator.isEmpty()) {
            return new Target(coordinator.strip(), token, true);
        }
        String host = env.getOrDefault("CATTINO_HOST", "");
        String port = env.getOrDefault("CATTINO_PORT", "");
        Settings settings = Settings.of(home.settings());
        if (host.isEmpty() && port.isEmpty() && !settings.get("coordinator").isEmpty()) {
            return new Target(settings.get("coordinator"), token, true);
        }
        host = host.isEmpty() ? settings.get("host") : host;
        host = host.isEmpty() ? "localhost" : host;
        port = port.isEmpty() ? settings.get("port") : port;
        String address =
                hostAndPort(
                        host,
                        port.isEmpty() ? Integer.toString(localPort(host, home)) : checkPort(port));
        return new Target(address, token, !LOOPBACK.contains(host));
    }

    private static int localPort(String host, Home home) {
        Optional<LocalServer> server =
                LOOPBACK.contains(host) ? LocalServer.find(home) : Optional.empty();
        return server.map(LocalServer::grpcPort).orElse(DEFAULT_PORT);
    }

    private static String checkPort(String port) {
        if (!port.matches("\\d{1,5}")) {
            throw Failure.usage(
                    "'%s' is no port (CATTINO_PORT, or `port` in settings.toml)".formatted(port));
        }
        return port;
    }

    private static String hostAndPort(String host, String port) {
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    private static Path tokenFile(Map<String, String> env, Home home) {
        String set = env.getOrDefault("CATTINO_TOKEN_FILE", "");
        return set.isEmpty() ? home.token() : Path.of(set);
    }

    /** Whether it is one address on this machine. */
    public boolean isLoopback() {
        return !addresses.contains(",") && LOOPBACK.contains(host());
    }

    /** Host of a single address, without brackets. */
    public String host() {
        String address = withoutHttp();
        int colon = address.lastIndexOf(':');
        boolean bracketed = address.contains("]:");
        boolean single = colon > 0 && !address.endsWith("]") && address.indexOf(':') == colon;
        boolean port = bracketed || single;
        String host = port ? address.substring(0, colon) : address;
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** gRPC's port of a single address. */
    public int port() {
        String address = withoutHttp();
        String digits = address.substring(address.lastIndexOf(':') + 1);
        return digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : DEFAULT_PORT;
    }

    private String withoutHttp() {
        int slash = addresses.lastIndexOf('/');
        return slash < 0 ? addresses : addresses.substring(0, slash);
    }
}
