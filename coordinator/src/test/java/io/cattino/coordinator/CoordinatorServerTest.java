package io.cattino.coordinator;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.GetStatusResponse;
import io.cattino.proto.v1.ListNodesRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.ShutdownRequest;
import io.cattino.proto.v1.ShutdownResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CoordinatorServerTest {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] value) {
                    return new ByteArrayInputStream(value);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

    private TestCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start(config -> config.allInOne(true));
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    @Test
    void tellsWhoItIs() {
        GetStatusResponse status =
                coordinator.cluster().getStatus(GetStatusRequest.getDefaultInstance());
        assertThat(status.getPid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(status.getClusterId()).isEqualTo("in-memory");
        assertThat(status.getEpoch()).isEqualTo(1);
        assertThat(status.getLeader()).isEqualTo(coordinator.server().address());
        assertThat(status.getHome()).isEqualTo("/srv/home");
        assertThat(status.getAllInOne()).isTrue();
        assertThat(status.getTasksList()).hasSize(5);
        assertThat(status.getVersion()).isNotEmpty();
    }

    @Test
    void refusesCallsWithoutItsToken() {
        for (var channel :
                List.of(
                        coordinator.bareChannel(),
                        ClientInterceptors.intercept(
                                coordinator.bareChannel(), TestCoordinator.withToken("wrong")))) {
            assertThatThrownBy(() ->
                            TaskServiceGrpc.newBlockingStub(channel)
                                    .listTasks(ListTasksRequest.getDefaultInstance()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e ->
                                    assertThat(e.getStatus().getCode())
                                            .isEqualTo(Code.UNAUTHENTICATED));
        }
    }

    @Test
    void answersHealthChecksWithoutAToken() {
        assertThat(
                        HealthGrpc.newBlockingStub(coordinator.bareChannel())
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void describesItsServicesToThoseWithTheToken() throws Exception {
        BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> ask =
                ServerReflectionGrpc.newStub(coordinator.channel())
                        .serverReflectionInfo(
                                new StreamObserver<>() {
                                    @Override
                                    public void onNext(ServerReflectionResponse value) {
                                        answers.add(value);
                                    }

                                    @Override
                                    public void onError(Throwable t) {}

                                    @Override
                                    public void onCompleted() {}
                                });
        ask.onNext(
                ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("cattino.v1.TaskService.Submit")
                        .build());
        ServerReflectionResponse answer = answers.poll(60, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        assertThat(String.valueOf(answer)).contains("file_descriptor_response");
        ask.onCompleted();
    }

    @Test
    void survivesMessagesThatAreNone() {
        Random random = new Random(1);
        var method =
                TaskServiceGrpc.getSubmitMethod().toBuilder(BYTES, BYTES)
                        .setSchemaDescriptor(null)
                        .build();
        for (int i = 0; i < 50; i++) {
            byte[] message = new byte[1 + random.nextInt(200)];
            random.nextBytes(message);
            assertThatThrownBy(() ->
                            ClientCalls.blockingUnaryCall(
                                    coordinator.channel(), method, CallOptions.DEFAULT, message))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e ->
                                    assertThat(e.getStatus().getCode())
                                            .isEqualTo(Code.INVALID_ARGUMENT));
        }
        byte[] whole = TestCoordinator.submission("a").build().toByteArray();
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 3);
        assertThatThrownBy(() ->
                        ClientCalls.blockingUnaryCall(
                                coordinator.channel(), method, CallOptions.DEFAULT, cut))
                .hasMessageContaining("malformed protobuf");
        assertThat(nothingWasStored()).isTrue();
    }

    @Test
    void survivesBytesThatAreNotEvenHttp() throws Exception {
        Random random = new Random(2);
        for (int port :
                new int[] {coordinator.server().grpcPort(), coordinator.server().httpPort()}) {
            for (int i = 0; i < 20; i++) {
                byte[] noise = new byte[500];
                random.nextBytes(noise);
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.getOutputStream().write(noise);
                    socket.getOutputStream().flush();
                } catch (IOException _) {
                    // It may hang up while we talk.
                }
            }
        }
        assertThat(nothingWasStored()).isTrue();
    }

    @Test
    void refusesTextThatIsNoText() {
        ByteString bad = ByteString.copyFrom(new byte[] {(byte) 0xc3, 0x28});
        byte[] message =
                com.google.protobuf.UnknownFieldSet.newBuilder()
                        .addField(
                                1,
                                com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(bad)
                                        .build())
                        .build()
                        .toByteArray();
        var method =
                TaskServiceGrpc.getSubmitMethod().toBuilder(BYTES, BYTES)
                        .setSchemaDescriptor(null)
                        .build();
        assertThatThrownBy(() ->
                        ClientCalls.blockingUnaryCall(
                                coordinator.channel(), method, CallOptions.DEFAULT, message))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT));
    }

    @Test
    void refusesAMessageOverTheLimit() {
        SubmitRequest.Builder huge = TestCoordinator.submission("a");
        for (int i = 0; i < 17; i++) {
            huge.getTasksBuilder(0).getCommandBuilder().addArgv("x".repeat(1024 * 1024));
        }
        assertThatThrownBy(() -> coordinator.tasks().submit(huge.build()))
                .isInstanceOf(StatusRuntimeException.class);
        assertThat(nothingWasStored()).isTrue();
    }

    private boolean nothingWasStored() {
        return coordinator.tasks().listTasks(ListTasksRequest.getDefaultInstance()).getTasksCount()
                == 0;
    }

    @Test
    void exitsWhenEverythingHasEnded() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "here");
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        AttemptRef ref = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        agent.started(ref);
        await().until(() -> status("a").equals("TASK_STATUS_RUNNING"));
        CompletableFuture<ShutdownResponse> answer =
                CompletableFuture.supplyAsync(() ->
                        coordinator
                                .cluster()
                                .shutdown(
                                        ShutdownRequest.newBuilder()
                                                .setRequestId(TestCoordinator.newId())
                                                .build()));
        assertThat(agent.next(MessageCase.SIGNAL).getSignal().getReason()).isEqualTo("ServerExit");
        assertThat(answer).isNotDone();
        assertThat(coordinator.shutdown.getCount()).isEqualTo(1);
        agent.exited(ref, 143);
        assertThat(answer.get(60, TimeUnit.SECONDS).getCancelledList()).containsExactly("a");
        assertThat(coordinator.shutdown.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(status("a")).isEqualTo("TASK_STATUS_CANCELLED");
    }

    private String status(String name) {
        return coordinator
                .tasks()
                .listTasks(
                        ListTasksRequest.newBuilder()
                                .setQuery(io.cattino.proto.v1.TaskQuery.newBuilder().addNames(name))
                                .build())
                .getTasks(0)
                .getStatus()
                .name();
    }

    @Test
    void doesNotEndAFarmByACall() throws Exception {
        try (TestCoordinator farm = TestCoordinator.start()) {
            assertThatThrownBy(() ->
                            farm.cluster()
                                    .shutdown(
                                            ShutdownRequest.newBuilder()
                                                    .setRequestId(TestCoordinator.newId())
                                                    .build()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e ->
                                    assertThat(e.getStatus().getCode())
                                            .isEqualTo(Code.FAILED_PRECONDITION));
            assertThat(farm.shutdown.getCount()).isEqualTo(1);
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> TestCoordinator.start(c -> c.grpcPort(taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
            assertThatThrownBy(() -> TestCoordinator.start(c -> c.httpPort(taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void showsNodesWithTheirDevices() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "here");
        agent.heartbeat(7, 500);
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).getHeartbeatAck().getMonoMs())
                .isEqualTo(1);
        assertThat(agent.next(MessageCase.HEARTBEAT_ACK).getHeartbeatAck().getMonoMs())
                .isEqualTo(7);
        var node =
                coordinator.cluster().listNodes(ListNodesRequest.getDefaultInstance()).getNodes(0);
        assertThat(node.getName()).isEqualTo("here");
        assertThat(node.getState()).isEqualTo(io.cattino.proto.v1.Node.State.STATE_READY);
        assertThat(node.getDevices(0).getUsedMib()).isEqualTo(500);
        assertThat(node.getDevices(0).getExternalMib()).isEqualTo(500);
        assertThat(node.getLastSeenTime().getSeconds()).isPositive();
    }
}
