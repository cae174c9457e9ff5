package io.cattino.it;

import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@code meow run} in a farm's home, up and ready. */
final class Server {
    private static final Duration STARTING = Duration.ofMinutes(2);

    private final Daemon daemon;
    private final ServerFile file;

    private Server(Daemon daemon, ServerFile file) {
        this.daemon = daemon;
        this.file = file;
    }

    /** Starts one and waits until it takes tasks. */
    static Server start(Farm farm, int grpcPort, int httpPort, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Distribution.meow().toString());
        command.addAll(List.of("run", "--port", Integer.toString(grpcPort)));
        command.addAll(List.of("--http-port", Integer.toString(httpPort)));
        command.addAll(options);
        Daemon daemon = Daemon.start(command, farm.environment(), farm.cwd(), farm.log("server"));
        try {
            return new Server(daemon, awaitReady(farm.home(), daemon));
        } catch (RuntimeException | Error e) {
            daemon.kill9(); // nobody else knows of it
            throw e;
        }
    }

    private static ServerFile awaitReady(Path home, Daemon daemon) {
        return await("the server serves")
                .atMost(STARTING)
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> {
                    if (!daemon.isAlive()) {
                        throw new AssertionError(
                                "the server ended while starting:\n" + daemon.output());
                    }
                })
                .until(
                        () ->
                                ServerFile.read(home)
                                        .filter(file -> file.pid() == daemon.pid())
                                        .filter(Server::isReady),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static boolean isReady(ServerFile file) {
        return Http.get(file.httpPort(), "/readyz").status() == 200;
    }

    ServerFile file() {
        return file;
    }

    long pid() {
        return daemon.pid();
    }

    boolean isAlive() {
        return daemon.isAlive();
    }

    /** What it has written on its terminal since the farm began. */
    String output() {
        return daemon.output();
    }

    /** SIGKILL. */
    void kill9() {
        daemon.kill9();
    }

    /** SIGSTOP: it is there and does not answer. */
    void freeze() {
        daemon.freeze();
    }

    /**
     * SIGTERM.
     *
     * @return its exit code
     */
    @CanIgnoreReturnValue
    int terminate() {
        return daemon.terminate();
    }

    /** Waits until it has gone by itself. */
    int awaitExit() {
        return daemon.awaitExit();
    }
}
