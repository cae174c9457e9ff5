package io.cattino.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.ExplainTaskRequest;
import io.cattino.proto.v1.GetSettingsRequest;
import io.cattino.proto.v1.GetStatusRequest;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.ListNodesRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A coordinator that led last, while the state store is away. */
class StaleReadTest {
    private static final Metadata.Key<String> STALE =
            Metadata.Key.of("cattino-stale", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicReference<Metadata> headers = new AtomicReference<>(new Metadata());
    private TestCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start();
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private <S extends AbstractStub<S>> S accepting(S stub) {
        headers.set(new Metadata());
        Metadata accept = new Metadata();
        accept.put(STALE, "accept");
        return stub.withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(accept),
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
    }

    private TaskServiceGrpc.TaskServiceBlockingStub tasks() {
        return accepting(coordinator.tasks());
    }

    private ClusterServiceGrpc.ClusterServiceBlockingStub cluster() {
        return accepting(coordinator.cluster());
    }

    private void assertMarked() {
        assertThat(headers.get().get(STALE)).matches("[0-9]+");
    }

    @Test
    void whileItLeadsAnAnswerIsNotMarked() {
        assertThat(tasks().listTasks(ListTasksRequest.getDefaultInstance()).getTasksList())
                .hasSize(1);
        assertThat(headers.get().containsKey(STALE)).isFalse();
    }

    @Test
    void readsAreAnsweredAndMarkedForThoseWhoAcceptIt() {
        coordinator.vacateWithoutStore();
        assertThat(tasks().listTasks(ListTasksRequest.getDefaultInstance()).getTasksList())
                .hasSize(1);
        assertMarked();
        assertThat(tasks().getTask(GetTaskRequest.newBuilder().setFullname("a").build()).hasTask())
                .isTrue();
        assertMarked();
        assertThat(
                        tasks().explainTask(
                                        ExplainTaskRequest.newBuilder().setFullname("a").build())
                                .getReason()
                                .getCode())
                .isNotEmpty();
        assertMarked();
        assertThat(cluster().getStatus(GetStatusRequest.getDefaultInstance()).getLeader())
                .isEmpty();
        assertMarked();
        assertThat(cluster().listNodes(ListNodesRequest.getDefaultInstance()).getNodesList())
                .isEmpty();
        assertMarked();
        assertThat(cluster().getSettings(GetSettingsRequest.getDefaultInstance()).getSettingsList())
                .isNotEmpty();
        assertMarked();
    }

    @Test
    void overHttpTheSame() throws Exception {
        coordinator.vacateWithoutStore();
        HttpResponse<String> answer = list("accept");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("cattino-stale"))
                .hasValueSatisfying(seconds -> assertThat(seconds).matches("[0-9]+"));
        assertThat(answer.body()).contains("\"fullname\":\"a\"");
        assertThat(list("no").statusCode()).isEqualTo(503);
    }

    private HttpResponse<String> list(String stale) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:%d/cattino.v1.TaskService/ListTasks"
                                                    .formatted(coordinator.server().httpPort())))
                            .header("Authorization", "Bearer " + TestCoordinator.TOKEN)
                            .header("Content-Type", "application/json")
                            .header("Cattino-Stale", stale)
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void whoDoesNotAcceptItIsToldThatTheStoreIsAway() {
        coordinator.vacateWithoutStore();
        assertThatThrownBy(
                        () -> coordinator.tasks().listTasks(ListTasksRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE: the state store has no quorum");
    }

    @Test
    void nothingIsAcceptedMeanwhile() {
        coordinator.vacateWithoutStore();
        assertThatThrownBy(() -> tasks().submit(TestCoordinator.submission("b").build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("UNAVAILABLE: the state store has no quorum");
    }

    @Test
    void onceSomebodyIsKnownToLeadItSendsEverybodyThere() {
        coordinator.vacateWithoutStore();
        coordinator.otherLeads();
        assertThatThrownBy(() -> tasks().listTasks(ListTasksRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("does not lead");
    }

    @Test
    void probesSayThatTheStoreIsAway() throws Exception {
        coordinator.vacateWithoutStore();
        assertThat(coordinator.server().readiness().ready()).isFalse();
        assertThat(coordinator.server().readiness().text())
                .startsWith("not leading: the state store has no quorum");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> health =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:%d/healthz"
                                                            .formatted(
                                                                    coordinator
                                                                            .server()
                                                                            .httpPort())))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).startsWith("standing by: the state store has no quorum");
        }
    }
}
