package io.cattino.coordinator.http;

import com.google.rpc.Code;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cattino.coordinator.config.AccessToken;
import io.cattino.coordinator.config.CoordinatorConfig;
import io.cattino.coordinator.http.Route.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        setDefault("sun.net.httpserver.maxReqTime", "30"); // seconds, with the body
        setDefault("sun.net.httpserver.maxReqHeaders", "100");
        setDefault("sun.net.httpserver.maxReqHeaderSize", "16384");
        setDefault("jdk.httpserver.maxConnections", "1000");
    }

    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Nobody can have an address point elsewhere, as names can be had to. */
    private static final Pattern LITERAL =
            Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private final HttpServer server;
    private final ExecutorService executor;
    private final AccessToken token;
    private final String tokenHint;
    private final Set<String> hosts;
    private final String reachedAs;
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
                        + "; send it as 'authorization: Bearer <token>'";
        this.reachedAs = config.reachedAs();
        this.hosts =
                Stream.of(config.host(), config.reachedAs())
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
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
            BindException refused =
                    new BindException(
                            "cannot listen on "
                                    + config.host()
                                    + ":"
                                    + config.httpPort()
                                    + " (HTTP): "
                                    + e.getMessage());
            refused.initCause(e);
            throw refused;
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
            } catch (Refusal e) {
                answer = e.answer();
            } catch (RuntimeException e) {
                LOG.error("request failed path={}", exchange.getRequestURI().getRawPath(), e);
                answer = internal().answer();
            }
            send(exchange, answer);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        requireOurs(headers);
        String method = exchange.getRequestMethod();
        Route route = routes.get(exchange.getRequestURI().getPath());
        if (route == null) {
            Code code = method.equals("POST") ? Code.UNIMPLEMENTED : Code.NOT_FOUND;
            throw Refusal.of(404, code, "NOT_FOUND", "nothing is served here", "");
        }
        if (!route.open() && !token.admits(headers.getFirst("Authorization"))) {
            throw unauthenticated(exchange);
        }
        if (!route.verb().admits(method)) {
            exchange.getResponseHeaders().set("Allow", route.verb().allow());
            throw Refusal.of(
                    405,
                    Code.UNIMPLEMENTED,
                    "WRONG_METHOD",
                    "this is not asked by " + method,
                    "use " + route.verb().allow());
        }
        return route.handler().answer(exchange);
    }

    private Refusal unauthenticated(HttpExchange exchange) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        boolean shown = exchange.getRequestHeaders().containsKey("Authorization");
        return Refusal.of(
                Code.UNAUTHENTICATED,
                "UNAUTHENTICATED",
                shown ? "the token is not this server's" : "the call shows no token",
                tokenHint);
    }

    private static Refusal internal() {
        return Refusal.of(
                Code.INTERNAL,
                "INTERNAL",
                "the server made a mistake",
                "the server's log tells more");
    }

    /**
     * Refuses what a browser was tricked into: a page of somebody else's that had its name point
     * here asks for that name, and one that asks for ours says where it is from.
     */
    private void requireOurs(Headers headers) throws Refusal {
        String host = headers.getFirst("Host");
        if (host == null || !isOurs(host)) {
            throw Refusal.of(
                    421,
                    Code.PERMISSION_DENIED,
                    "WRONG_HOST",
                    "this is not the host that was asked for",
                    "use " + reachedAs);
        }
        String origin = headers.getFirst("Origin");
        if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
            throw Refusal.of(
                    Code.PERMISSION_DENIED,
                    "WRONG_ORIGIN",
                    "pages of other servers may not call this one",
                    "");
        }
    }

    private boolean isOurs(String host) {
        int port = host.lastIndexOf(':');
        String name =
                (port > host.lastIndexOf(']') ? host.substring(0, port) : host)
                        .toLowerCase(Locale.ROOT);
        return LOCAL_NAMES.contains(name)
                || hosts.contains(name)
                || LITERAL.matcher(name).matches();
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(headers::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        int length = answer.body().size();
        exchange.sendResponseHeaders(answer.status(), length == 0 ? -1 : length);
        // Closed here: the exchange would first wait for the rest of a request that was refused.
        try (OutputStream out = exchange.getResponseBody()) {
            answer.body().writeTo(out);
        }
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
