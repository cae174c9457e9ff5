package io.cattino.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.cattino.cli.Cli;
import io.cattino.cli.FakeFarm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first create, with a launcher that is a few lines of shell. */
class ServerStarterTest {

    @TempDir Path directory = Path.of("");

    private final FakeFarm farm = new FakeFarm();
    private final AtomicInteger questions = new AtomicInteger();
    private HttpServer http = httpServer();
    private int free;

    private static HttpServer httpServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Ready when it is asked for the third time. */
    @BeforeEach
    void start() throws IOException {
        http.createContext(
                "/readyz",
                call -> {
                    call.sendResponseHeaders(questions.incrementAndGet() < 3 ? 503 : 200, -1);
                    call.close();
                });
        http.start();
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
    }

    @AfterEach
    void close() {
        http.stop(0);
        farm.close();
        LocalServer.find(home())
                .ifPresent(
                        server -> ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroy));
    }

    private Home home() {
        return Home.of(Map.of("CATTINO_HOME", directory.resolve("home").toString()));
    }

    private Cli cli() {
        return new Cli(directory)
                .env("PATH", System.getenv("PATH"))
                .env("CATTINO_ARGV0", "./meow")
                .env("CATTINO_LAUNCHER", directory.resolve("launcher").toString());
    }

    private void launcher(String script) throws IOException {
        Path launcher = directory.resolve("launcher");
        Files.writeString(launcher, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    private String serverJson(String pid) {
        return "{\\\"pid\\\":%s,\\\"grpcPort\\\":%d,\\\"httpPort\\\":%d}"
                .formatted(pid, farm.port(), http.getAddress().getPort());
    }

    @Test
    void startsOneServerAndSaysSoOnce() throws IOException {
        launcher(
                """
                echo "args=$* pwd=$(pwd) argv0=${CATTINO_ARGV0:-none} home=$CATTINO_HOME sid=$(ps -o sid= -p $$ | tr -d ' ') pid=$$"
                echo "%s" > "%s"
                exec sleep 60
                """
                        .formatted(serverJson("$$"), home().serverFile()));

        // 19192 may be taken on this machine: a port that nobody listens on stands for it.
        Files.createDirectories(home().root());
        Files.writeString(home().settings(), "");
        Cli.Result result = withoutServerAt(free).run("create", "ls", "-n", "a");

        long pid = LocalServer.find(home()).orElseThrow().pid();
        assertThat(result.err())
                .isEqualTo(
                        """
                        Started a server: localhost:%d, PID %d, files in %s. It keeps running; stop it: ./meow exit
                        Follow it: ./meow watch a
                        """
                                .formatted(farm.port(), pid, home().root()));
        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEqualTo("a\n");
        assertThat(Files.readString(home().log()))
                .isEqualTo(
                        "args=run --detached pwd=/ argv0=none home=%s sid=%d pid=%d\n"
                                .formatted(home().root(), pid, pid));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home().server())))
                .isEqualTo("rwx------");
    }

    private Cli withoutServerAt(int port) {
        return cli().env("CATTINO_PORT", Integer.toString(port));
    }

    @Test
    void leavesTheFieldToAnotherServer() throws IOException {
        launcher(
                "echo \"%s\" > \"%s\"\n"
                        .formatted(
                                serverJson(Long.toString(ProcessHandle.current().pid())),
                                home().serverFile()));

        try {
            Cli.Result result = withoutServerAt(free).run("create", "ls", "-n", "a");

            assertThat(result.err()).isEqualTo("Follow it: ./meow watch a\n");
            assertThat(result.exit()).isZero();
        } finally {
            Files.deleteIfExists(home().serverFile());
        }
    }

    @Test
    void aServerThatDiesDoesNotMatterIfAnotherOneShowsUp() throws IOException {
        launcher(
                "(sleep 0.3; echo \"%s\" > \"%s\") &\nexit 1\n"
                        .formatted(
                                serverJson(Long.toString(ProcessHandle.current().pid())),
                                home().serverFile()));

        try {
            Cli.Result result = withoutServerAt(free).run("create", "ls", "-n", "a");

            assertThat(result.err()).isEqualTo("Follow it: ./meow watch a\n");
            assertThat(result.exit()).isZero();
        } finally {
            Files.deleteIfExists(home().serverFile());
        }
    }

    /** The lock was still held by a server that was ending. */
    @Test
    void startsAgainIfTheOtherServerOnlyEnded() throws IOException {
        launcher(
                """
                [ -e "%1$s" ] || { touch "%1$s"; exit 0; }
                echo "%2$s" > "%3$s"
                exec sleep 60
                """
                        .formatted(
                                directory.resolve("once"), serverJson("$$"), home().serverFile()));

        Cli.Result result = withoutServerAt(free).run("create", "ls", "-n", "a");

        assertThat(result.err()).startsWith("Started a server: ").contains("watch a");
        assertThat(result.exit()).isZero();
    }

    @Test
    void aServerThatDiesIsExplainedByItsLog() throws IOException {
        launcher("echo 'error: the port 19192 is taken, exit 1'\nexit 1\n");

        Cli.Result result = withoutServerAt(free).run("create", "ls");

        assertThat(result.exit()).isEqualTo(5);
        assertThat(result.err())
                .isEqualTo(
                        """
                        error: a server could not be started (it exited with 1), exit 5
                          its log, %s, ends with:
                          error: the port 19192 is taken, exit 1
                        """
                                .formatted(home().log()));
    }

    @Test
    void isNotStartedForOthersCoordinatorsNorByOtherCommands() throws IOException {
        launcher("touch %s\n".formatted(directory.resolve("started")));

        assertThat(withoutServerAt(free).run("list").exit()).isEqualTo(5);
        assertThat(cli().run("create", "ls", "-H", "localhost:" + free).exit()).isEqualTo(5);
        assertThat(cli().env("CATTINO_COORDINATOR", "localhost:" + free).run("create", "ls").exit())
                .isEqualTo(5);
        assertThat(withoutServerAt(free).run("create", "ls", "-p", "x").exit()).isEqualTo(2);
        assertThat(directory.resolve("started")).doesNotExist();
    }
}
