package io.cattino.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cattino.proto.v1.SubmitRequest;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HttpTransportTest {

    private final FakeCoordinator server = new FakeCoordinator();
    private final FakeHttpPort http = new FakeHttpPort(server);
    private final MeowClient meow = client(http.target()).build();

    private static MeowClient.Builder client(String target) {
        return MeowClient.builder().target(target).unaryOverHttp(true).retry(CallsTest.QUICK);
    }

    private static ProcTask task(String name) {
        return ProcTask.builder(name).command("true").build();
    }

    @AfterEach
    void close() {
        meow.close();
        http.close();
        server.close();
    }

    @Test
    void carriesCallsOverHttpOnOneConnection() {
        meow.submit(task("a"));
        assertThat(meow.task("a").fullname()).isEqualTo("a");
        assertThat(http.calls).containsExactly("Submit", "GetTask");
        assertThat(http.callers.stream().distinct()).hasSize(1);
    }

    @Test
    void carriesStreamsByGrpc() throws Exception {
        server.logs((_, observer) -> observer.onCompleted());
        try (LogStream log = meow.log("a", LogKind.STDOUT)) {
            assertThat(log.transferTo(OutputStream.nullOutputStream())).isZero();
        }
        assertThat(server.logReads).hasSize(1);
        assertThat(http.calls).isEmpty();
    }

    @Test
    void usesGrpcUnlessAskedTo() {
        try (MeowClient plain = MeowClient.builder().target(http.target()).build()) {
            assertThat(plain.cluster().status().leader()).isEqualTo(server.address());
        }
        assertThat(http.calls).isEmpty();
    }

    static Stream<Status> refusals() {
        return Stream.of(Status.Code.values())
                .filter(code -> code != Status.Code.OK && code != Status.Code.CANCELLED)
                .map(Status.Code::toStatus);
    }

    /** Whatever a call ends with, both ways tell it in the same words. */
    @ParameterizedTest
    @MethodSource("refusals")
    void failsAsGrpcDoes(Status status) {
        try (MeowClient byHttp = client(http.target()).noRetry().build();
                MeowClient byGrpc =
                        MeowClient.builder().target(server.address()).noRetry().build()) {
            MeowException told = failure(byHttp, status, true);
            assertThat(told).hasToString(failure(byGrpc, status, true).toString());
            assertThat(told.hint()).isEqualTo("do that");
            assertThat(told.field()).isEqualTo("tasks[0].name");
            assertThat(failure(byHttp, status, false))
                    .hasToString(failure(byGrpc, status, false).toString());
        }
        assertThat(http.calls).isNotEmpty();
    }

    private MeowException failure(MeowClient client, Status status, boolean withDetails) {
        server.failures.clear();
        // As many as a call may make: a refused token is read again.
        for (int i = 0; i < 2; i++) {
            server.failures.add(
                    withDetails
                            ? FakeCoordinator.error(
                                    status.getCode(),
                                    "what and why",
                                    "SOME_REASON",
                                    Map.of("hint", "do that", "field", "tasks[0].name"))
                            : status.withDescription("said").asRuntimeException());
        }
        return catchThrowableOfType(MeowException.class, () -> client.submit(task("a")));
    }

    @Test
    void repeatsAWriteUnderTheSameRequestId() {
        server.failures.add(Status.UNAVAILABLE.asRuntimeException());
        server.failures.add(Status.ABORTED.asRuntimeException());
        meow.submit(task("a"));
        assertThat(http.calls).containsExactly("Submit", "Submit", "Submit");
        assertThat(server.submits.stream().map(SubmitRequest::getRequestId).distinct()).hasSize(1);
    }

    @Test
    void readsTheTokenAgainAfterARefusal(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), "first");
        server.accept(token -> token.equals("Bearer " + read(file)));
        try (MeowClient client = client(http.target()).tokenFile(file).build()) {
            client.cluster().status();
            Files.writeString(file, "second");
            client.cluster().status();
        }
        assertThat(server.tokens).containsExactly("Bearer first", "Bearer first", "Bearer second");
        assertThat(http.calls).hasSize(3);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void goesByGrpcWhereThereIsNoHttpPort() throws IOException {
        // Bound and not listening: nobody else can come to listen there.
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String target = server.address() + "/" + nobody.getLocalPort();
            try (MeowClient client = client(target).build()) {
                assertThat(client.cluster().status().leader()).isEqualTo(server.address());
            }
        }
    }

    @Test
    void goesByGrpcWhereSomebodyElseAnswers() throws Exception {
        for (String answer :
                new String[] {
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
                    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
                }) {
            try (ServerSocket stranger = strangerWhoSays(answer);
                    MeowClient client =
                            client(server.address() + "/" + stranger.getLocalPort()).build()) {
                assertThat(client.cluster().status().leader()).isEqualTo(server.address());
            }
        }
    }

    /** Answers every request, whatever it is. */
    private static ServerSocket strangerWhoSays(String answer) throws IOException {
        ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            while (true) {
                try (Socket socket = listening.accept()) {
                    InputStream in = socket.getInputStream();
                    StringBuilder head = new StringBuilder();
                    while (head.indexOf("\r\n\r\n") < 0) {
                        head.append((char) in.read());
                    }
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException _) {
                    return;
                }
            }
        });
        return listening;
    }

    @Test
    void saysWhenNobodyIsThere() {
        http.close();
        server.stop();
        try (MeowClient once = client(http.target()).noRetry().build()) {
            assertThatThrownBy(() -> once.cluster().status())
                    .isInstanceOf(MeowException.Unavailable.class)
                    .hasMessage(
                            "cannot reach a coordinator at %s (connection refused)",
                            server.address());
        }
    }

    @Test
    void keepsTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        server.beforeAnswer(() -> {
            try {
                never.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try (MeowClient hasty =
                client(http.target()).noRetry().deadline(Duration.ofMillis(100)).build()) {
            assertThatThrownBy(() -> hasty.cluster().status())
                    .isInstanceOf(MeowException.Unavailable.class)
                    .hasMessageContaining("no answer in time");
        } finally {
            never.countDown();
        }
    }

    @Test
    void leavesALeaderThatSaysNothingOnceAnotherLeads() {
        CountDownLatch never = new CountDownLatch(1);
        server.beforeAnswer(() -> {
            try {
                never.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try (FakeCoordinator next = new FakeCoordinator();
                FakeHttpPort port = new FakeHttpPort(next);
                MeowClient both = client(http.target() + "," + port.target()).build()) {
            assertThat(both.cluster().status().leader()).isEqualTo(next.address());
            assertThat(next.calls).containsExactly("GetStatus", "GetStatus");
        } finally {
            never.countDown();
        }
    }

    @Test
    void refusesCallsOnceItIsClosed() {
        meow.cluster().status();
        meow.close();
        assertThatThrownBy(() -> meow.cluster().status())
                .isInstanceOf(MeowException.Unavailable.class)
                .hasMessageContaining("closed");
    }
}
