package io.cattino.coordinator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cattino.coordinator.config.AccessToken;
import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.http.Route.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port: a few routes by exact path, each request on a virtual thread of its own. Refuses
 * requests that a browser was tricked into (a foreign {@code Host}), and those without the token
 * where a route needs it. A route that fails costs its own request only. Any thread.
 */
public final class HttpEndpoint implements AutoCloseable {
    static {
        // Read once by the JDK's server, when its first class is loaded.
        setDefault("sun.net.httpserver.nodelay", "true");
        setDefault("sun.net.httpserver.maxReqTime", "10");
        setDefault("sun.net.httpserver.maxReqHeaders", "100");
        setDefault("sun.net.httpserver.maxReqHeaderSize", "16384");
        setDefault("jdk.httpserver.maxConnections", "1000");
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpServer server;
    private final ExecutorService executor;
    private final AccessToken token;
    private final String tokenHint;
    private final Set<String> hosts;
    private final Map<String, Route> routes = new HashMap<>();

    private HttpEndpoint(
            CoordinatorConfig config,
            HttpServer server,
            ExecutorService executor,
            List<Route> routes) {
        this.server = server;
        this.executor = executor;
        this.token = config.token();
        this.tokenHint =
                "the token is in "
                        + config.tokenFile()
                        + "; send it as 'Authorization: Bearer <token>'";
        this.hosts = Set.copyOf(List.of(config.host().toLowerCase(Locale.ROOT)));
        for (Route route : routes) {
            if (this.routes.put(route.path(), route) != null) {
                throw new IllegalArgumentException("two routes for " + route.path());
            }
        }
    }

    /**
     * Opens the port; requests are answered at once.
     *
     * @throws IOException if the port cannot be had
     */
    public static HttpEndpoint open(CoordinatorConfig config, List<Route> routes)
            throws IOException {
        HttpServer server;
        try {
            server =
                    HttpServer.create(new InetSocketAddress(config.host(), config.httpPort()), 100);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on "
                            + config.host()
                            + ":"
                            + config.httpPort()
                            + " (HTTP): "
                            + e.getMessage(),
                    e);
        }
        ExecutorService executor =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
        HttpEndpoint endpoint = new HttpEndpoint(config, server, executor, routes);
        server.setExecutor(executor);
        server.createContext("/", endpoint::handle);
        server.start();
        return endpoint;
    }

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (RuntimeException e) {
                LOG.error("request failed path={}", exchange.getRequestURI().getRawPath(), e);
                answer =
                        error(500, "internal", "the server made a mistake; its log tells more", "");
            }
            send(exchange, answer);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        if (!fromHere(exchange.getRequestHeaders().getFirst("Host"))) {
            return error(
                    421, "wrong_host", "this is not the host that was asked for", "use localhost");
        }
        Route route = routes.get(exchange.getRequestURI().getPath());
        if (route == null) {
            return error(404, "not_found", "nothing is served here", "");
        }
        if (!route.open()
                && !token.admits(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return error(
                    401,
                    "unauthenticated",
                    "the request does not show this server's token",
                    tokenHint);
        }
        return switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> route.handler().answer(exchange);
            default -> {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                yield error(405, "wrong_method", "only GET and HEAD", "");
            }
        };
    }

    /** A page of somebody else's that had its name point here asks for that name. */
    private boolean fromHere(@org.jspecify.annotations.Nullable String host) {
        if (host == null) {
            return false;
        }
        int port = host.lastIndexOf(':');
        String name =
                (port > host.lastIndexOf(']') ? host.substring(0, port) : host)
                        .toLowerCase(Locale.ROOT);
        return LOCAL_NAMES.contains(name) || hosts.contains(name);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    private static Answer error(int status, String code, String message, String hint) {
        return Answer.json(
                status,
                "{\"error\":{\"code\":\""
                        + code
                        + "\",\"message\":\""
                        + escaped(message)
                        + "\",\"hint\":\""
                        + escaped(hint)
                        + "\"}}");
    }

    /** Text as it may stand between the quotes of a JSON string. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Lets requests end for a moment, then cuts them off. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(1, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
