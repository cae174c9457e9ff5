package io.cattino.coordinator.agents;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.ScriptedTransfer;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.LogKind;
import io.cattino.proto.v1.LogUnavailable;
import io.cattino.proto.v1.OpenLog;
import io.cattino.proto.v1.ReadLogRequest;
import io.cattino.proto.v1.ReadLogResponse;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogRelayTest {
    private TestCoordinator coordinator;
    private ScriptedAgent agent;

    @BeforeEach
    void start() throws Exception {
        coordinator = TestCoordinator.start();
        agent = ScriptedAgent.connect(coordinator, "n");
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private AttemptRef running(String name) throws InterruptedException {
        coordinator.tasks().submit(TestCoordinator.submission(name).build());
        AttemptRef ref = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        agent.started(ref);
        assertThat(agent.next(MessageCase.REPORT_ACK).hasReportAck()).isTrue();
        return ref;
    }

    private static ReadLogRequest.Builder read(String name) {
        return ReadLogRequest.newBuilder().setFullname(name).setKind(LogKind.LOG_KIND_STDOUT);
    }

    /** A reader that takes what it asked for. */
    private final class Reader implements ClientResponseObserver<ReadLogRequest, ReadLogResponse> {
        final AtomicLong bytes = new AtomicLong();
        final AtomicLong dropped = new AtomicLong();
        final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        final CompletableFuture<ClientCallStreamObserver<ReadLogRequest>> stream =
                new CompletableFuture<>();
        private final boolean slow;
        private boolean end;

        Reader(ReadLogRequest.Builder request, boolean slow) {
            this.slow = slow;
            coordinator.tasksAsync().readLog(request.build(), this);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ReadLogRequest> call) {
            if (slow) {
                call.disableAutoRequestWithInitial(0);
            }
            stream.complete(call);
        }

        @Override
        public void onNext(ReadLogResponse value) {
            bytes.addAndGet(value.getData().size());
            dropped.addAndGet(value.getDropped());
            end |= value.getEnd();
        }

        @Override
        public void onError(Throwable t) {
            ended.completeExceptionally(t);
        }

        @Override
        public void onCompleted() {
            ended.complete(end);
        }
    }

    @Test
    void passesALogOnToItsEnd() throws Exception {
        AttemptRef ref = running("g/a");
        Reader reader = new Reader(read("g/a").setOffset(-100).setFollow(true), false);
        OpenLog order = agent.next(MessageCase.OPEN_LOG).getOpenLog();
        assertThat(order.getRef()).isEqualTo(ref);
        assertThat(order.getOffset()).isEqualTo(-100);
        assertThat(order.getFollow()).isTrue();
        assertThat(order.getDirectory()).startsWith("/srv/home/").endsWith("/g/a");
        ScriptedTransfer transfer = new ScriptedTransfer(coordinator, order);
        await().until(() -> transfer.credit.get() == LogRelay.WINDOW_BYTES);
        transfer.send(10, false);
        transfer.drop(7);
        transfer.send(5, true);
        assertThat(reader.ended.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.bytes.get()).isEqualTo(15);
        assertThat(reader.dropped.get()).isEqualTo(7);
        assertThat(transfer.closed.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWithTheAgentsStreamWhereNobodyFollows() throws Exception {
        running("a");
        Reader reader = new Reader(read("a"), false);
        ScriptedTransfer transfer =
                new ScriptedTransfer(coordinator, agent.next(MessageCase.OPEN_LOG).getOpenLog());
        await().until(() -> transfer.credit.get() > 0);
        transfer.send(10, false);
        transfer.out.onCompleted();
        assertThat(reader.ended.get(60, TimeUnit.SECONDS)).isFalse();
        assertThat(reader.bytes.get()).isEqualTo(10);
    }

    @Test
    void givesCreditOnlyAsTheReaderTakes() throws Exception {
        running("a");
        Reader reader = new Reader(read("a").setFollow(true), true);
        ScriptedTransfer transfer =
                new ScriptedTransfer(coordinator, agent.next(MessageCase.OPEN_LOG).getOpenLog());
        await().until(() -> transfer.credit.get() == LogRelay.WINDOW_BYTES);
        AtomicLong sent = new AtomicLong();
        // A reader that asks for nothing is filled up to the windows of its own connection, and
        // then no more comes.
        await().during(1, TimeUnit.SECONDS)
                .until(() -> {
                    if (transfer.credit.get() >= LogRelay.MAX_CHUNK_BYTES) {
                        transfer.send(LogRelay.MAX_CHUNK_BYTES, false);
                        sent.addAndGet(LogRelay.MAX_CHUNK_BYTES);
                        return false;
                    }
                    return true;
                });
        assertThat(sent.get()).isLessThan(1024 * 1024);
        reader.stream.get().request(10_000);
        await().until(() -> reader.bytes.get() == sent.get());
        await().until(() -> transfer.credit.get() == LogRelay.WINDOW_BYTES);
        transfer.send(1, true);
        assertThat(reader.ended.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void hangsUpOnAnAgentThatSendsMoreThanItMay() throws Exception {
        running("a");
        Reader reader = new Reader(read("a"), true);
        ScriptedTransfer transfer =
                new ScriptedTransfer(coordinator, agent.next(MessageCase.OPEN_LOG).getOpenLog());
        await().until(() -> transfer.credit.get() > 0);
        transfer.send(LogRelay.MAX_CHUNK_BYTES + 1, false);
        reader.stream.get().request(10_000);
        assertThat(status(reader)).isEqualTo(Code.UNAVAILABLE);
    }

    private static Code status(Reader reader) {
        await().until(reader.ended::isDone);
        return reader.ended.handle((_, e) -> io.grpc.Status.fromThrowable(e).getCode()).join();
    }

    @Test
    void tellsTheAgentWhenTheReaderHasGone() throws Exception {
        running("a");
        Reader reader = new Reader(read("a").setFollow(true), false);
        ScriptedTransfer transfer =
                new ScriptedTransfer(coordinator, agent.next(MessageCase.OPEN_LOG).getOpenLog());
        await().until(() -> transfer.credit.get() > 0);
        reader.stream.get().cancel("enough", null);
        assertThat(transfer.closed.get(60, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void saysWhyThereIsNoLog() throws Exception {
        AttemptRef ref = running("a");
        Reader refused = new Reader(read("a"), false);
        OpenLog order = agent.next(MessageCase.OPEN_LOG).getOpenLog();
        agent.say(
                SessionRequest.newBuilder()
                        .setLogUnavailable(
                                LogUnavailable.newBuilder()
                                        .setTransferId(order.getTransferId())
                                        .setText("the files were deleted")));
        assertThat(status(refused)).isEqualTo(Code.FAILED_PRECONDITION);
        agent.exited(ref, 0);
        agent.hangUp();
        await().untilAsserted(() ->
                assertThatThrownBy(() -> coordinator.tasks().readLog(read("a").build()).next())
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                e -> {
                                    assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
                                    assertThat(e.getStatus().getDescription()).contains("node n");
                                }));
    }

    @Test
    void breaksOffWhenTheAgentGoesBeforeItDialled() throws Exception {
        running("a");
        Reader reader = new Reader(read("a"), false);
        assertThat(agent.next(MessageCase.OPEN_LOG).hasOpenLog()).isTrue();
        agent.hangUp();
        assertThat(status(reader)).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void refusesTheLogOfATaskThatHasNotStartedAndWaitsForItWithFollow() throws Exception {
        drain();
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        assertThatThrownBy(() -> coordinator.tasks().readLog(read("a").build()).next())
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> {
                            assertThat(e.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
                            assertThat(e.getStatus().getDescription())
                                    .contains("has not started yet");
                        });
        Reader follower = new Reader(read("a").setFollow(true), false);
        coordinator
                .cluster()
                .undrainNode(
                        io.cattino.proto.v1.UndrainNodeRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setNode("n")
                                .build());
        AttemptRef ref = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        agent.started(ref);
        ScriptedTransfer transfer =
                new ScriptedTransfer(coordinator, agent.next(MessageCase.OPEN_LOG).getOpenLog());
        await().until(() -> transfer.credit.get() > 0);
        transfer.send(3, true);
        assertThat(follower.ended.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givesUpOnATaskThatWillNeverStart() {
        drain();
        coordinator.tasks().submit(TestCoordinator.submission("z").build());
        Reader follower = new Reader(read("z").setFollow(true), false);
        coordinator
                .tasks()
                .cancelTasks(
                        io.cattino.proto.v1.CancelTasksRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setSelector(
                                        io.cattino.proto.v1.TaskSelector.newBuilder().addNames("z"))
                                .build());
        assertThat(status(follower)).isEqualTo(Code.FAILED_PRECONDITION);
    }

    @Test
    void refusesUnknownTasksAndKinds() {
        assertThat(status(new Reader(read("nope"), false))).isEqualTo(Code.NOT_FOUND);
        assertThat(status(new Reader(read("nope").clearKind(), false)))
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    private void drain() {
        coordinator
                .cluster()
                .drainNode(
                        io.cattino.proto.v1.DrainNodeRequest.newBuilder()
                                .setRequestId(TestCoordinator.newId())
                                .setNode("n")
                                .build());
    }
}
