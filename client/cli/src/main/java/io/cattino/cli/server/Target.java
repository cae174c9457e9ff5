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
 * @param addresses {@code host:port,host:port}
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
        Path token = tokenFile(env, home);
        if (flag != null) {
            return new Target(withoutHttp(flag), token, true);
        }
        String coordinator = env.getOrDefault("CATTINO_COORDINATOR", "");
        if (!coordinator.isEmpty()) {
            return new Target(withoutHttp(coordinator), token, true);
        }
        String host = env.getOrDefault("CATTINO_HOST", "");
        String port = env.getOrDefault("CATTINO_PORT", "");
        Settings settings = Settings.of(home.settings());
        if (host.isEmpty() && port.isEmpty() && !settings.get("coordinator").isEmpty()) {
            return new Target(withoutHttp(settings.get("coordinator")), token, true);
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

    /** {@code HOST:GRPC/HTTP}: calls go to the first of the two ports. */
    private static String withoutHttp(String addresses) {
        return addresses.strip().replaceAll("/\\d*", "");
    }

    /** Whether it is one address on this machine. */
    public boolean isLoopback() {
        return !addresses.contains(",") && LOOPBACK.contains(host());
    }

    /** Host of a single address, without brackets. */
    public String host() {
        int colon = addresses.lastIndexOf(':');
        boolean bracketed = addresses.contains("]:");
        boolean single = colon > 0 && !addresses.endsWith("]") && addresses.indexOf(':') == colon;
        boolean port = bracketed || single;
        String host = port ? addresses.substring(0, colon) : addresses;
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Port of a single address. */
    public int port() {
        String digits = addresses.substring(addresses.lastIndexOf(':') + 1);
        return digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : DEFAULT_PORT;
    }
}
