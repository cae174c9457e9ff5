package io.cattino.cli.server;

import io.cattino.cli.output.Failure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which coordinators are meant.
 *
 * @param addresses {@code host:port,host:port}; a {@code /http-port} may follow each
 * @param tokenFile where the token is; null: none is shown, since nobody said which is theirs
 * @param chosen whether somebody named coordinators; else it is this host's own server, which may
 *     be started
 */
public record Target(String addresses, @Nullable Path tokenFile, boolean chosen) {

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
            return new Target(flag.strip(), tokenFile(flag, env, config, wanted, home), true);
        }
        if (wanted.isPresent()) {
            return of(wanted.get(), env, config, home);
        }
        String coordinator = env.getOrDefault("CATTINO_COORDINATOR", "");
        if (!coordinator.isEmpty()) {
            Path token = tokenFile(coordinator, env, config, Optional.empty(), home);
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
                boolean foreign = settings.isOfProject("coordinator");
                return new Target(listed, token(foreign, listed, env, config, home), true);
            }
        }
        boolean foreign = host.isEmpty() && settings.isOfProject("host");
        host = set(host, settings.get("host"), config.get("host"), "localhost");
        port = set(port, settings.get("port"), config.get("port"));
        String address =
                hostAndPort(
                        host,
                        port.isEmpty() ? Integer.toString(localPort(host, home)) : checkPort(port));
        // Whoever listens on the usual port while our server is down may be another user.
        boolean guessed = port.isEmpty() && LocalServer.find(home).isEmpty();
        Path token = token(foreign, address, env, config, home);
        boolean withhold = guessed && home.token().equals(token);
        return new Target(address, withhold ? null : token, !LOOPBACK.contains(host));
    }

    private static Target of(
            Config.Context context, Map<String, String> env, Config config, Home home) {
        String addresses = context.coordinator();
        Path token = tokenFile(addresses, env, config, Optional.of(context), home);
        return new Target(addresses, token, true);
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

    /**
     * The token for coordinators that a project may have named. What is in a working directory may
     * be anybody's: it cannot have the token of the configuration sent wherever it likes.
     */
    private static @Nullable Path token(
            boolean foreign, String addresses, Map<String, String> env, Config config, Home home) {
        boolean said = !env.getOrDefault("CATTINO_TOKEN_FILE", "").isEmpty();
        return foreign && !said && !isHere(addresses)
                ? null
                : tokenFile(addresses, env, config, Optional.empty(), home);
    }

    /** This host's own token is for its own server, and goes to no other host unasked. */
    private static @Nullable Path tokenFile(
            String addresses,
            Map<String, String> env,
            Config config,
            Optional<Config.Context> context,
            Home home) {
        String set = env.getOrDefault("CATTINO_TOKEN_FILE", "");
        if (!set.isEmpty()) {
            return Path.of(set);
        }
        return context.map(Config.Context::tokenFile)
                .or(() -> config.path(Config.TOKEN_FILE))
                .orElseGet(() -> isHere(addresses) ? home.token() : null);
    }

    /** Whether all of them are on this machine; no name server is asked. */
    public boolean isHere() {
        return isHere(addresses);
    }

    private static boolean isHere(String addresses) {
        return Arrays.stream(addresses.split(",", -1))
                .map(address -> hostOf(withoutHttp(address.strip())).toLowerCase(Locale.ROOT))
                .allMatch(host -> LOOPBACK.contains(host) || host.matches("127(\\.\\d{1,3}){3}"));
    }

    /** Whether it is one address on this machine. */
    public boolean isLoopback() {
        return !addresses.contains(",") && LOOPBACK.contains(host());
    }

    /** Host of a single address, without brackets. */
    public String host() {
        return hostOf(withoutHttp(addresses));
    }

    private static String hostOf(String address) {
        int colon = address.lastIndexOf(':');
        boolean bracketed = address.contains("]:");
        boolean single = colon > 0 && !address.endsWith("]") && address.indexOf(':') == colon;
        boolean port = bracketed || single;
        String host = port ? address.substring(0, colon) : address;
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** gRPC's port of a single address. */
    public int port() {
        String address = withoutHttp(addresses);
        String digits = address.substring(address.lastIndexOf(':') + 1);
        return digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : DEFAULT_PORT;
    }

    private static String withoutHttp(String addresses) {
        int slash = addresses.lastIndexOf('/');
        return slash < 0 ? addresses : addresses.substring(0, slash);
    }
}
