package io.cattino.client;

import static io.cattino.client.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.proto.v1.SubmitRequest;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CallsTest {

    static final RetryConfig QUICK =
            RetryConfig.custom()
                    .maxAttempts(6)
                    .intervalFunction(IntervalFunction.of(Duration.ofMillis(20)))
                    .build();

    private final FakeCoordinator server = new FakeCoordinator();
    private final MeowClient meow = client(server.address());

    static MeowClient client(String target) {
        return MeowClient.builder().target(target).retry(QUICK).build();
    }

    private static ProcTask task(String name) {
        return ProcTask.builder(name).command("true").build();
    }

    /** What one says that does not lead. */
    private static StatusRuntimeException standby(Map<String, String> hint) {
        return FakeCoordinator.error(
                Status.Code.FAILED_PRECONDITION, "standby", "NOT_LEADER", hint);
    }

    @AfterEach
    void close() {
        meow.close();
        server.close();
    }

    @Test
    void repeatsAWriteUnderTheSameRequestId() {
        server.failures.add(Status.UNAVAILABLE.asRuntimeException());
        server.failures.add(Status.ABORTED.asRuntimeException());

        TaskHandle handle = meow.submit(task("a"));

        assertThat(handle.fullname()).isEqualTo("a");
        assertThat(server.submits).hasSize(3);
        assertThat(server.submits.stream().map(SubmitRequest::getRequestId).distinct()).hasSize(1);
        assertThat(server.submits.getFirst().getRequestId()).hasSize(26);
    }

    @Test
    void givesUpAfterItsAttempts() {
        for (int i = 0; i < 10; i++) {
            server.failures.add(Status.UNAVAILABLE.withDescription("busy").asRuntimeException());
        }
        assertThatThrownBy(() -> meow.cluster().status())
                .isInstanceOf(MeowException.Unavailable.class);
        assertThat(server.calls).hasSize(6);
    }

    @Test
    void doesNotRepeatARefusal() {
        server.failures.add(Status.INTERNAL.withDescription("bug").asRuntimeException());
        assertThatThrownBy(() -> meow.submit(task("a")))
                .isInstanceOf(MeowException.class)
                .hasMessage("bug");
        assertThat(server.submits).hasSize(1);
    }

    @Test
    void saysWhenNobodyIsThere() {
        server.stop();
        try (MeowClient once = MeowClient.builder().target(server.address()).noRetry().build()) {
            assertThatThrownBy(() -> once.cluster().status())
                    .isInstanceOf(MeowException.Unavailable.class)
                    .hasMessage(
                            "cannot reach a coordinator at %s (connection refused)",
                            server.address());
        }
    }

    @Test
    void comesBackWhenTheServerDoes() {
        meow.cluster().status();
        server.stop();
        assertThatThrownBy(() -> meow.cluster().status())
                .isInstanceOf(MeowException.Unavailable.class);
        server.start();
        assertThat(meow.cluster().status().leader()).isEqualTo(server.address());
    }

    @Test
    void skipsAnAddressThatIsDead() {
        try (FakeCoordinator dead = new FakeCoordinator();
                MeowClient both = client(dead.address() + "," + server.address())) {
            both.cluster().status();
            dead.stop();
            both.cluster().status();
            assertThat(server.calls).isNotEmpty();
        }
    }

    @Test
    void leavesAnAddressThatKeepsFailingAloneForAWhile() {
        try (FakeCoordinator flaky = new FakeCoordinator();
                MeowClient both = client(flaky.address() + "," + server.address())) {
            for (int i = 0; i < 100; i++) {
                flaky.failures.add(Status.UNAVAILABLE.asRuntimeException());
            }
            // Each round the healthy one fails too, so that both addresses are asked by each call.
            for (int i = 0; i < 2; i++) {
                server.failures.add(Status.ABORTED.asRuntimeException());
                both.cluster().status();
                server.failures.add(standby(Map.of()));
                both.cluster().status();
            }
            int askedBefore = flaky.calls.size();
            for (int i = 0; i < 5; i++) {
                server.failures.add(standby(Map.of()));
                both.cluster().status();
            }
            assertThat(askedBefore).isGreaterThanOrEqualTo(2);
            assertThat(flaky.calls).hasSize(askedBefore);
        }
    }

    @Test
    void followsTheHintToTheLeader() {
        try (FakeCoordinator standby = new FakeCoordinator();
                MeowClient one = MeowClient.builder().target(standby.address()).noRetry().build()) {
            standby.failures.add(
                    FakeCoordinator.error(
                            Status.Code.FAILED_PRECONDITION,
                            "not leading",
                            "NOT_LEADER",
                            Map.of("leader", server.address())));

            one.submit(task("a"));
            one.submit(task("b"));

            assertThat(standby.submits).hasSize(1);
            assertThat(server.submits).hasSize(2);
            assertThat(server.submits.getFirst().getRequestId())
                    .isEqualTo(standby.submits.getFirst().getRequestId());
        }
    }

    @Test
    void tellsOnceThatACallTakesLong() {
        AtomicInteger told = new AtomicInteger();
        try (FakeCoordinator slow = new FakeCoordinator();
                MeowClient meow =
                        MeowClient.builder()
                                .target(slow.address())
                                .retry(QUICK)
                                .onWaiting(Duration.ofNanos(1), told::incrementAndGet)
                                .build()) {
            var _ = meow.submit(task("first"));
            assertThat(told).hasValue(0);
            for (int i = 0; i < 2; i++) {
                slow.failures.add(Status.UNAVAILABLE.asRuntimeException());
                slow.failures.add(Status.UNAVAILABLE.asRuntimeException());
                var _ = meow.submit(task("late" + i));
            }
            assertThat(told).hasValue(1);
        }
    }

    @Test
    void saysThatNobodyLeads() {
        for (int i = 0; i < 6; i++) {
            server.failures.add(standby(Map.of()));
        }
        assertThatThrownBy(() -> meow.cluster().status())
                .isInstanceOf(MeowException.Unavailable.class)
                .hasMessageContaining("no coordinator leads");
    }

    @Test
    void takesWhatWasLastKnownOnlyWhenAskedToAndNobodyLeads() {
        server.stale = "75";
        assertThatThrownBy(() -> meow.cluster().status())
                .isInstanceOfSatisfying(
                        MeowException.Unavailable.class,
                        e -> assertThat(e.code()).isEqualTo("NO_QUORUM"));
        List<Duration> told = new ArrayList<>();
        try (MeowClient content =
                MeowClient.builder()
                        .target(server.address())
                        .retry(QUICK)
                        .acceptStale(told::add)
                        .build()) {
            server.calls.clear();
            assertThat(content.cluster().status().leader()).isEqualTo(server.address());
            assertThat(server.calls).hasSize(7);
            assertThat(content.tasks().list()).isEmpty();
            assertThat(told).containsExactly(Duration.ofSeconds(75), Duration.ofSeconds(75));
            assertThatThrownBy(() -> content.submit(task("a")))
                    .isInstanceOf(MeowException.Unavailable.class);
            server.stale = null;
            assertThat(content.cluster().settings()).isNotEmpty();
            assertThat(told).hasSize(2);
        }
    }

    @Test
    void sendsTheTokenAndReadsItsFileAgainAfterARefusal(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("token");
        server.accept(token -> token.equals("Bearer second"));
        try (MeowClient client =
                MeowClient.builder()
                        .target(server.address())
                        .tokenFile(file)
                        .retry(QUICK)
                        .build()) {
            assertThatThrownBy(() -> client.cluster().status())
                    .isInstanceOfSatisfying(
                            MeowException.PermissionDenied.class,
                            e -> assertThat(e.hint()).isEqualTo("there is no token in " + file));
            Files.writeString(file, "first\n");
            assertThatThrownBy(() -> client.cluster().status())
                    .isInstanceOf(MeowException.PermissionDenied.class);
            Files.writeString(file, "second\n");
            client.cluster().status();
        }
        assertThat(server.tokens).contains("null", "Bearer first", "Bearer second");
    }

    @Test
    void anInterruptEndsTheRetriesAndIsKept() throws Exception {
        server.stop();
        RetryConfig slow =
                RetryConfig.custom()
                        .maxAttempts(6)
                        .intervalFunction(IntervalFunction.of(Duration.ofMinutes(1)))
                        .build();
        try (MeowClient patient =
                MeowClient.builder().target(server.address()).retry(slow).build()) {
            CompletableFuture<Boolean> kept = new CompletableFuture<>();
            Thread thread =
                    Thread.startVirtualThread(() -> {
                        try {
                            patient.cluster().status();
                        } catch (MeowException _) {
                            kept.complete(Thread.currentThread().isInterrupted());
                        }
                    });
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
            assertThat(kept.get()).isTrue();
        }
    }

    @Test
    void keepsTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        server.beforeAnswer(() -> awaitQuietly(never));
        try (MeowClient hasty =
                MeowClient.builder()
                        .target(server.address())
                        .deadline(Duration.ofMillis(100))
                        .build()) {
            assertThatThrownBy(() -> hasty.cluster().status())
                    .isInstanceOf(MeowException.Unavailable.class)
                    .hasMessageContaining("no answer in time");
        } finally {
            never.countDown();
        }
    }

    /** As when its machine froze: it accepts connections and says nothing. */
    @Test
    void leavesALeaderThatSaysNothingOnceAnotherLeads() {
        CountDownLatch never = new CountDownLatch(1);
        server.beforeAnswer(() -> awaitQuietly(never));
        try (FakeCoordinator next = new FakeCoordinator();
                MeowClient both = client(server.address() + "," + next.address())) {
            next.failures.add(standby(Map.of("leader", server.address())));
            assertThat(both.submit(task("a")).fullname()).isEqualTo("a");

            assertThat(server.submits).hasSize(1);
            assertThat(next.calls).containsExactly("GetStatus", "GetStatus", "Submit");
            assertThat(next.submits.getFirst().getRequestId())
                    .isEqualTo(server.submits.getFirst().getRequestId());
            assertThat(both.cluster().status().leader()).isEqualTo(next.address());
        } finally {
            never.countDown();
        }
    }

    /** Its kernel still does: that alone is no connection. */
    @Test
    @Timeout(8)
    void leavesAnAddressThatOnlyAcceptsConnectionsOnceAnotherLeads() throws IOException {
        try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                MeowClient both =
                        client("127.0.0.1:" + frozen.getLocalPort() + "," + server.address())) {
            assertThat(both.submit(task("a")).fullname()).isEqualTo("a");
        }
    }

    @Test
    void leavesALeaderThatIsSlowInPeace() {
        CountDownLatch slow = new CountDownLatch(1);
        server.beforeAnswer(() -> awaitQuietly(slow));
        try (FakeCoordinator standby = new FakeCoordinator();
                MeowClient both = client(server.address() + "," + standby.address())) {
            standby.beforeAnswer(() -> {
                if (standby.calls.size() == 2) {
                    slow.countDown();
                }
            });
            for (int i = 0; i < 100; i++) {
                standby.failures.add(standby(Map.of("leader", server.address())));
            }
            assertThat(both.submit(task("a")).fullname()).isEqualTo("a");

            assertThat(server.submits).hasSize(1);
            assertThat(standby.submits).isEmpty();
        } finally {
            slow.countDown();
        }
    }

    @Test
    void saysThatALeaderWasTooSlowWhenTheOthersSayThatItLeads() {
        CountDownLatch never = new CountDownLatch(1);
        server.beforeAnswer(() -> awaitQuietly(never));
        try (FakeCoordinator standby = new FakeCoordinator();
                MeowClient both =
                        MeowClient.builder()
                                .target(server.address() + "," + standby.address())
                                .deadline(Duration.ofMillis(300))
                                .build()) {
            standby.failures.add(standby(Map.of("leader", server.address())));
            assertThatThrownBy(() -> both.cluster().status())
                    .isInstanceOf(MeowException.Unavailable.class)
                    .hasMessageContaining("no answer in time");
            assertThat(server.calls).hasSize(1);
        } finally {
            never.countDown();
        }
    }

    @Test
    void goesOnToTheNextAddressWhenThereIsNoAnswerInTime() {
        CountDownLatch never = new CountDownLatch(1);
        server.beforeAnswer(() -> awaitQuietly(never));
        try (FakeCoordinator next = new FakeCoordinator();
                MeowClient both =
                        MeowClient.builder()
                                .target(server.address() + "," + next.address())
                                .deadline(Duration.ofMillis(500))
                                .build()) {
            assertThat(both.cluster().status().leader()).isEqualTo(next.address());
        } finally {
            never.countDown();
        }
    }

    @Test
    void closeWaitsForCallsInFlight() {
        CountDownLatch held = new CountDownLatch(1);
        server.beforeAnswer(() -> awaitQuietly(held));
        Executor threads = Thread::startVirtualThread;
        CompletableFuture<ClusterStatus> call =
                CompletableFuture.supplyAsync(() -> meow.cluster().status(), threads);
        await().until(() -> !server.calls.isEmpty());

        CompletableFuture<Void> closing = CompletableFuture.runAsync(meow::close, threads);
        await().until(() -> isClosed(meow));
        assertThat(closing).isNotDone();
        held.countDown();

        assertThat(call.join().leader()).isEqualTo(server.address());
        closing.join();
    }

    private static boolean isClosed(MeowClient client) {
        try (Watch<TaskEvent> watch = client.watchTasks(TaskQuery.all(), _ -> {})) {
            return watch.done().isCompletedExceptionally();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
