package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.MeowClient;
import io.cattino.client.SubmitContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A home of its own with at most one server at a time, for one test or (in a static field) for a
 * class. When it ends, every process that knows of the home is killed. When a test fails, the logs
 * are printed.
 */
final class Farm
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final int LOG_TAIL = 150;
    private static final Set<Farm> OPEN = ConcurrentHashMap.newKeySet();

    static {
        // Whoever stops the tests half way finds nothing left of them.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> List.copyOf(OPEN).forEach(Farm::close)));
    }

    private final Optional<List<String>> options;
    private boolean shared;
    private int logs;
    private @Nullable Path root;
    private @Nullable Ledger ledger;
    private @Nullable Server server;
    private @Nullable MeowClient client;
    private int freePort;

    private Farm(Optional<List<String>> options) {
        this.options = options;
    }

    /** One that has nothing but a home; its ports are free and set as {@code CATTINO_PORT}. */
    static Farm empty() {
        return new Farm(Optional.empty());
    }

    /** One whose server runs with these options. */
    static Farm running(String... options) {
        return new Farm(Optional.of(List.of(options)));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
        open();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!shared) {
            open();
        } else if (server != null && !server.isAlive()) {
            restart(); // the test before this one failed and left it dead
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.err.println(diagnosis(context.getDisplayName()));
        }
        if (!shared) {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.err.println(diagnosis(context.getDisplayName()));
        }
        close();
    }

    private void open() {
        OPEN.add(this);
        try {
            Path made = Files.createTempDirectory("cattino-it-").toRealPath();
            root = made;
            for (String name : List.of("home", "cwd", "user", "logs")) {
                Files.createDirectory(made.resolve(name));
            }
            ledger = Ledger.in(made);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        freePort = twoFreePorts();
        options.ifPresent(given -> server = Server.start(this, 0, 0, given));
    }

    /**
     * The first of two neighbours that nobody listens on, of those that no kernel hands out by
     * itself: what connects meanwhile, or tests in another process, would take them.
     */
    static int twoFreePorts() {
        for (int tries = 0; tries < 100; tries++) {
            int candidate = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket first =
                            new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress());
                    ServerSocket _ =
                            new ServerSocket(
                                    first.getLocalPort() + 1,
                                    1,
                                    InetAddress.getLoopbackAddress())) {
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException _) {
                // The neighbour is taken or does not exist: another pair.
            }
        }
        throw new IllegalStateException("no two free ports beside each other");
    }

    private static <T> T opened(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not opened: is the farm a @RegisterExtension?");
        }
        return value;
    }

    private Path root() {
        return opened(root);
    }

    /** {@code CATTINO_HOME}. */
    Path home() {
        return root().resolve("home");
    }

    /** Where commands are run. */
    Path cwd() {
        return root().resolve("cwd");
    }

    /** Somewhere to put things. */
    Path path(String name) {
        return root().resolve(name);
    }

    Ledger ledger() {
        return opened(ledger);
    }

    /** A new gate. */
    Gate gate(String name) {
        return Gate.make(root().resolve(name));
    }

    /** The gRPC port that an {@linkplain #empty empty} farm's server will get. */
    int port() {
        return freePort;
    }

    /** A file for the log of the next process. */
    Path log(String name) {
        logs++;
        return root().resolve("logs").resolve("%s-%d.log".formatted(name, logs));
    }

    /** The environment of this farm's processes. */
    Map<String, String> environment() {
        Map<String, String> environment = Distribution.environment(root().resolve("user"));
        environment.put("CATTINO_HOME", home().toString());
        if (options.isEmpty()) {
            environment.put("CATTINO_PORT", Integer.toString(freePort));
            environment.put("CATTINO_HTTP_PORT", Integer.toString(freePort + 1));
        }
        return environment;
    }

    /** The command line in this farm's home. */
    Meow meow() {
        return new Meow(List.of(Distribution.meow().toString()), environment(), cwd());
    }

    /** The server that runs, or ran last. */
    Server server() {
        return opened(server);
    }

    /** Starts the server again, on the same ports, after it has gone. */
    @CanIgnoreReturnValue
    Server restart() {
        ServerFile before = server().file();
        Server again =
                Server.start(this, before.grpcPort(), before.httpPort(), options.orElseThrow());
        server = again;
        return again;
    }

    /** A client of the farm, one for all; it goes on over restarts. */
    MeowClient client() {
        MeowClient made = client;
        if (made == null) {
            ServerFile file = server().file();
            made = client(file);
            client = made;
        }
        return made;
    }

    /** A new client. */
    static MeowClient client(ServerFile file) {
        return MeowClient.builder()
                .target("localhost:" + file.grpcPort())
                .tokenFile(file.tokenFile())
                .deadline(Duration.ofSeconds(20))
                .build();
    }

    /** Surroundings of tasks that do not depend on this JVM's. */
    SubmitContext context() {
        return SubmitContext.builder()
                .workingDirectory(cwd())
                .environment(Distribution.environment(root().resolve("user")))
                .build();
    }

    private void close() {
        if (root == null) {
            return;
        }
        if (client != null) {
            client.close();
            client = null;
        }
        killEverything();
        delete();
        root = null;
        server = null;
        OPEN.remove(this);
    }

    /** Ends all processes that know of this farm. */
    void killEverything() {
        String mark = root().toString();
        await("every process of " + mark + " is gone")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<Long> left = Living.mentioning(mark);
                    left.forEach(
                            pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
                    return left.isEmpty();
                });
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root(), e);
        }
    }

    private String diagnosis(String what) {
        StringBuilder text = new StringBuilder("==== logs of " + what + "\n");
        try (Stream<Path> files = Files.walk(root())) {
            List<Path> interesting =
                    files.filter(Files::isRegularFile).filter(this::isLog).sorted().toList();
            for (Path file : interesting) {
                text.append("---- ").append(root().relativize(file)).append('\n');
                tail(file).forEach(line -> text.append(line).append('\n'));
            }
        } catch (IOException | UncheckedIOException e) {
            text.append("(unreadable: ").append(e).append(")\n");
        }
        return text.append("==== end of logs").toString();
    }

    private boolean isLog(Path file) {
        String name = file.getFileName().toString();
        return name.equals("ledger")
                || name.equals("server.log")
                || file.startsWith(root().resolve("logs"));
    }

    private static List<String> tail(Path file) throws IOException {
        List<String> lines =
                new ArrayList<>(new String(Files.readAllBytes(file), UTF_8).lines().toList());
        return lines.size() <= LOG_TAIL
                ? lines
                : lines.subList(lines.size() - LOG_TAIL, lines.size());
    }
}
