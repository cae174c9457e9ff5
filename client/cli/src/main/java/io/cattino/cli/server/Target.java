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
     * Looks at the flags, the variables, the context that counts, the settings and what this host's
     * server says of itself, in this order.
     *
     * @param flag value of {@code -H}, null without it
     * @param context value of {@code --context}, null without it
     * @param settings the client's settings, as they count here
     */
    public static Target find(
            @Nullable String flag,
            @Nullable String context,
            Map<String, String> env,
            Home home,
            Settings settings) {
        Target target = named(flag, context, env, home, settings);
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

    private static Target named(
            @Nullable String flag,
            @Nullable String context,
            Map<String, String> env,
            Home home,
            Settings settings) {
        Config config = Config.of(env);
        Optional<Config.Context> wanted = Optional.ofNullable(context).map(config::context);
        if (flag != null) {
            return new Target(flag.strip(), tokenFile(env, config, wanted, home), true);
        }
        if (wanted.isPresent()) {
            return of(wanted.get(), env, config, home);
        }
        Path token = tokenFile(env, config, Optional.empty(), home);
        String coordinator = env.getOrDefault("CATTINO_COORDINATOR", "");
        if (!coordinator.isEmpty()) {
            return new Target(coordinator.strip(), token, true);
        }
        String host = env.getOrDefault("CATTINO_HOST", "");
        String port = env.getOrDefault("CATTINO_PORT", "");
        if (host.isEmpty() && port.isEmpty()) {
            Optional<Config.Context> current = config.current();
            if (current.isPresent()) {
                return of(current.get(), env, config, home);
            }
            String listed = set(settings.get("coordinator"), config.get("coordinator"));
            if (!listed.isEmpty()) {
                return new Target(listed, token, true);
            }
        }
        host = set(host, settings.get("host"), config.get("host"), "localhost");
        port = set(port, settings.get("port"), config.get("port"));
        String address =
                hostAndPort(
                        host,
                        port.isEmpty() ? Integer.toString(localPort(host, home)) : checkPort(port));
        return new Target(address, token, !LOOPBACK.contains(host));
    }

    private static Target of(
            Config.Context context, Map<String, String> env, Config config, Home home) {
        Path token = tokenFile(env, config, Optional.of(context), home);
        return new Target(context.coordinator(), token, true);
    }

    /** The first that says something. */
    private static String set(String... values) {
        for (String value : values) {
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
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

    private static Path tokenFile(
            Map<String, String> env, Config config, Optional<Config.Context> context, Home home) {
        String set = env.getOrDefault("CATTINO_TOKEN_FILE", "");
        if (!set.isEmpty()) {
            return Path.of(set);
        }
        return context.map(Config.Context::tokenFile)
                .or(() -> config.path(Config.TOKEN_FILE))
                .orElseGet(home::token);
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
