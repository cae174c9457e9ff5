package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.ErrorInfo;
import io.cattino.proto.v1.AgentServiceGrpc;
import io.cattino.proto.v1.CancelTasksRequest;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.Heartbeat;
import io.cattino.proto.v1.Hello;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.SessionRequest;
import io.cattino.proto.v1.SessionResponse;
import io.cattino.proto.v1.SetSettingRequest;
import io.cattino.proto.v1.SubmitChunksRequest;
import io.cattino.proto.v1.SubmitChunksResponse;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskSelector;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proves that nonsense on the ports is refused with the right status, the field and the fix, that
 * nothing of it is stored, and that the server goes on unharmed (F52, F53).
 */
class BadInputIT {
    private static final String SUBMIT = "cattino.v1.TaskService/Submit";

    @RegisterExtension static final Farm FARM = Farm.running("--fake-gpus", "2x24576");

    private static Raw raw;

    @BeforeAll
    static void connect() {
        ServerFile file = FARM.server().file();
        raw = Raw.connect(file.grpcPort(), file.token());
    }

    @AfterAll
    static void disconnect() {
        raw.close();
    }

    /** The server serves, and has stored nothing. */
    @AfterEach
    void nothingIsStoredAndTheServerIsWell() {
        assertThat(raw.tasks().listTasks(ListTasksRequest.getDefaultInstance()).getTasksList())
                .isEmpty();
        assertThat(raw.cluster().getStatus(GetStatusRequest.getDefaultInstance()).getNodesReady())
                .isEqualTo(1);
        assertThat(Http.get(FARM.server().file().httpPort(), "/readyz").status()).isEqualTo(200);
        assertThat(FARM.server().isAlive()).isTrue();
    }

    static Stream<BadSubmission> badSubmissions() {
        return BadSubmission.all();
    }

    @ParameterizedTest
    @MethodSource("badSubmissions")
    void aBadSubmissionIsRefusedWithItsFieldAndTheFix(BadSubmission bad) {
        StatusRuntimeException error = refused(() -> raw.tasks().submit(bad.request()));
        assertThat(error.getStatus().getCode()).as("%s", error).isEqualTo(bad.code());
        ErrorInfo info =
                Raw.details(error).orElseThrow(() -> new AssertionError("no details", error));
        assertThat(info.getDomain()).isEqualTo("cattino");
        assertThat(info.getReason()).matches("[A-Z_]+");
        if (!bad.field().isEmpty()) {
            assertThat(info.getMetadataOrDefault("field", ""))
                    .as("%s", info)
                    .startsWith(bad.field());
        }
        if (bad.code() != Status.Code.NOT_FOUND) {
            assertThat(info.getMetadataOrDefault("hint", "")).as("hint of %s", error).isNotBlank();
        }
        assertThat(error.getMessage()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(error.getMessage()).hasSizeLessThan(2_000);
    }

    @Test
    void aCycleIsNamed() {
        BadSubmission cycle =
                badSubmissions()
                        .filter(bad -> bad.what().startsWith("a cycle"))
                        .findFirst()
                        .orElseThrow();
        StatusRuntimeException error = refused(() -> raw.tasks().submit(cycle.request()));
        assertThat(error.getMessage()).containsPattern("a → b → c → a|b → c → a → b|c → a → b → c");
    }

    @Test
    void bytesThatAreNoMessageAreRefused() {
        Random random = new Random(53);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> raw.call(SUBMIT, bytes))
                    .isInstanceOf(StatusRuntimeException.class);
        }
        byte[] invalidUtf8 = {10, 2, (byte) 0xff, (byte) 0xfe};
        assertNoTrace(refused(() -> raw.call(SUBMIT, invalidUtf8)));
        byte[] cut = BadSubmission.submission(BadSubmission.good("cut")).build().toByteArray();
        assertNoTrace(refused(() -> raw.call(SUBMIT, Arrays.copyOf(cut, cut.length - 3))));
    }

    @Test
    void groupsNestedHundredThousandDeepDoNotOverflowTheStack() {
        byte[] nested = new byte[100_000];
        Arrays.fill(nested, (byte) 0x7b); // start of group 15, again and again
        assertNoTrace(refused(() -> raw.call(SUBMIT, nested)));
    }

    @Test
    void aMessageAboveTheLimitIsRefusedAndTheConnectionGoesOn() {
        byte[] huge = new byte[20 << 20];
        StatusRuntimeException error = refused(() -> raw.call(SUBMIT, huge));
        assertThat(error.getStatus().getCode())
                .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
    }

    @Test
    void aLongChainThatBitesItsTailIsRefused() {
        int tasks = 20_000;
        SubmitRequest.Builder chain = BadSubmission.submission();
        for (int i = 0; i < tasks; i++) {
            chain.addTasks(BadSubmission.good("c" + i));
            chain.addEdgesBuilder().setFrom("c" + i).setTo("c" + (i + 1) % tasks);
        }
        StatusRuntimeException error = refused(() -> raw.tasks().submit(chain.build()));
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(error.getMessage()).contains("cycle");
        assertThat(error.getMessage()).hasSizeLessThan(10_000);
    }

    @Test
    void unknownNamesAndBadArgumentsOfOtherCallsAreRefused() {
        assertCode(
                Status.Code.NOT_FOUND,
                () -> raw.tasks().getTask(GetTaskRequest.newBuilder().setFullname("no").build()));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                () -> raw.tasks().getTask(GetTaskRequest.getDefaultInstance()));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                () -> raw.tasks().listTasks(ListTasksRequest.newBuilder().setPageSize(-1).build()));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        raw.tasks()
                                .listTasks(
                                        ListTasksRequest.newBuilder().setPageToken("x/y").build()));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        raw.tasks()
                                .cancelTasks(
                                        CancelTasksRequest.newBuilder()
                                                .setRequestId(BadSubmission.ulid())
                                                .build()));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        raw.tasks()
                                .cancelTasks(
                                        CancelTasksRequest.newBuilder()
                                                .setSelector(TaskSelector.newBuilder().setAll(true))
                                                .build()));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                () ->
                        raw.cluster()
                                .setSetting(
                                        SetSettingRequest.newBuilder()
                                                .setRequestId(BadSubmission.ulid())
                                                .setKey("retry-limit")
                                                .setValue("-3")
                                                .build()));
        assertCode(
                Status.Code.NOT_FOUND,
                () ->
                        raw.cluster()
                                .setSetting(
                                        SetSettingRequest.newBuilder()
                                                .setRequestId(BadSubmission.ulid())
                                                .setKey("no-such-thing")
                                                .setValue("1")
                                                .build()));
    }

    @Test
    void withoutTheTokenNothingIsServed() throws Exception {
        int port = FARM.server().file().grpcPort();
        try (Raw anonymous = Raw.anonymous(port);
                Raw wrong = Raw.connect(port, "x" + FARM.server().file().token())) {
            for (Raw stranger : List.of(anonymous, wrong)) {
                assertCode(
                        Status.Code.UNAUTHENTICATED,
                        () ->
                                stranger.tasks()
                                        .submit(
                                                BadSubmission.submission(BadSubmission.good("x"))
                                                        .build()));
                assertCode(
                        Status.Code.UNAUTHENTICATED,
                        () -> stranger.cluster().getStatus(GetStatusRequest.getDefaultInstance()));
                Throwable session = session(stranger, _ -> {}).get(60, TimeUnit.SECONDS);
                assertThat(Status.fromThrowable(session).getCode())
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
            }
        }
    }

    @Test
    void anUploadThatStopsHalfWayLeavesNothing() throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        StreamObserver<SubmitChunksRequest> upload =
                TaskServiceGrpc.newStub(raw.channel())
                        .submitChunks(ended(end, (SubmitChunksResponse _) -> {}));
        upload.onNext(
                SubmitChunksRequest.newBuilder()
                        .setPart(BadSubmission.submission(BadSubmission.good("half")))
                        .build());
        upload.onError(Status.CANCELLED.asRuntimeException());
        assertThat(Status.fromThrowable(end.get(60, TimeUnit.SECONDS)).getCode())
                .isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void anAgentThatTalksNonsenseHarmsNobody() throws Exception {
        Throwable heartbeatFirst =
                session(
                                raw,
                                agent ->
                                        agent.onNext(
                                                SessionRequest.newBuilder()
                                                        .setSequence(1)
                                                        .setHeartbeat(
                                                                Heartbeat.getDefaultInstance())
                                                        .build()))
                        .get(60, TimeUnit.SECONDS);
        assertThat(heartbeatFirst).isNotNull();
        session(
                        raw,
                        agent ->
                                agent.onNext(
                                        SessionRequest.newBuilder()
                                                .setSequence(1)
                                                .setHello(Hello.getDefaultInstance())
                                                .build()))
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void theHttpPortWantsTheTokenAndAHostOfThisMachine() {
        ServerFile file = FARM.server().file();
        int port = file.httpPort();
        String bearer = "Authorization: Bearer " + file.token();
        assertThat(Http.get(port, "/healthz").status()).isEqualTo(200);
        assertThat(Http.get(port, "/metrics").status()).isIn(401, 403);
        assertThat(Http.get(port, "/metrics", "wrong").status()).isIn(401, 403);
        Http.Answer metrics = Http.get(port, "/metrics", file.token());
        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.text()).contains("cattino_");
        assertThat(
                        Http.get(port, "/metrics", List.of("Host: evil.example:" + port, bearer))
                                .status())
                .as("a page of another site, rebound to our address")
                .isIn(400, 403, 421);
        assertThat(Http.get(port, "/metrics", List.of("Host: 127.0.0.1:" + port, bearer)).status())
                .isEqualTo(200);
        assertThat(Http.get(port, "/../../etc/passwd", file.token()).status()).isIn(400, 404);
        assertThat(Http.get(port, "/no/such/page", file.token()).status()).isEqualTo(404);
    }

    private static CompletableFuture<Throwable> session(
            Raw raw, Consumer<StreamObserver<SessionRequest>> talk) {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        StreamObserver<SessionRequest> agent =
                AgentServiceGrpc.newStub(raw.channel())
                        .session(ended(end, (SessionResponse _) -> {}));
        talk.accept(agent);
        return end;
    }

    private static <T> StreamObserver<T> ended(CompletableFuture<Throwable> end, Consumer<T> each) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                each.accept(value);
            }

            @Override
            public void onError(Throwable error) {
                end.complete(error);
            }

            @Override
            public void onCompleted() {
                end.complete(new StatusRuntimeException(Status.OK));
            }
        };
    }

    private static StatusRuntimeException refused(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }

    private static void assertCode(Status.Code code, ThrowingCallable call) {
        StatusRuntimeException error = refused(call);
        assertThat(error).as("refused").isNotNull();
        assertThat(error.getStatus().getCode()).as("%s", error).isEqualTo(code);
        assertNoTrace(error);
    }

    private static void assertNoTrace(StatusRuntimeException error) {
        assertThat(error).as("refused").isNotNull();
        assertThat(error.getStatus().getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        String said = String.valueOf(error.getStatus().getDescription());
        assertThat(said).doesNotContain("\tat ");
    }
}
