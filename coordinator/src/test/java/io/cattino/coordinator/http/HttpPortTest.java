package io.cattino.coordinator.http;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.AttemptRef;
import io.cattino.proto.v1.DeviceSample;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.SubmitRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpPortTest {
    private TestCoordinator coordinator;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start(config -> config.allInOne(true));
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private HttpResponse<String> get(String path, boolean token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + coordinator.server().httpPort() + path));
        if (token) {
            request.header("Authorization", "Bearer " + TestCoordinator.TOKEN);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void answersProbesWithoutAndMetricsOnlyWithTheToken() throws Exception {
        assertThat(get("/healthz", false).statusCode()).isEqualTo(200);
        assertThat(get("/metrics", false).statusCode()).isEqualTo(401);
        assertThat(get("/metrics", false).body()).contains("/srv/home/server/token");
        assertThat(get("/leader", false).statusCode()).isEqualTo(401);
        assertThat(get("/leader", true).body())
                .contains("\"leading\":true", coordinator.server().address(), "\"epoch\":1");
        assertThat(get("/nowhere", true).statusCode()).isEqualTo(404);
    }

    @Test
    void isReadyWhenItsAgentHasRegistered() throws Exception {
        assertThat(get("/readyz", false).statusCode()).isEqualTo(503);
        assertThat(get("/readyz", false).body()).contains("agent");
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "here");
        assertThat(get("/readyz", false).statusCode()).isEqualTo(200);
        agent.hangUp();
        await().untilAsserted(() -> assertThat(get("/readyz", false).statusCode()).isEqualTo(503));
    }

    @Test
    void refusesRequestsMeantForAnotherHost() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), coordinator.server().httpPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /healthz HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 421");
        }
    }

    private static String device(String what, String value) {
        return "cattino_device_" + what + "{node=\"here\",gpu=\"0\",model=\"Fake\",} " + value;
    }

    @Test
    void measures() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "here");
        agent.heartbeat(
                2,
                DeviceSample.newBuilder()
                        .setUsedMib(1000)
                        .setUtilizationPercent(97)
                        .setTemperatureCelsius(61)
                        .setPowerMilliwatts(301_500)
                        .setEccUncorrected(2));
        SubmitRequest.Builder request = TestCoordinator.submission("a", "b");
        request.getTasksBuilder(0).getDevicesBuilder().setCount(1).setMib(10_000);
        request.getTasksBuilder(1).getDevicesBuilder().setCount(1).setMib(20_000);
        coordinator.tasks().submit(request.build());
        AttemptRef ref = agent.next(MessageCase.LAUNCH).getLaunch().getRef();
        agent.started(ref);
        await().untilAsserted(() ->
                assertThat(get("/metrics", true).body())
                        .contains("cattino_task_start_delay_seconds_count 1.0"));
        assertThat(get("/metrics", true).body())
                .contains("cattino_leader 1.0")
                .contains("cattino_tasks{state=\"running\",} 1.0")
                .contains("cattino_tasks_pending{reason=\"Memory\",} 1.0")
                .contains("cattino_nodes{state=\"ready\",} 1.0")
                .contains(
                        "cattino_gpu_memory_total_bytes{node=\"here\",gpu=\"0\",model=\"Fake\",} 2.5769803776E10")
                .contains(
                        "cattino_gpu_memory_reserved_bytes{node=\"here\",gpu=\"0\",model=\"Fake\",} 1.048576E10")
                .contains("cattino_gpu_memory_used_bytes{node=\"here\"")
                .contains(
                        device("utilization_ratio", "0.97"),
                        device("temperature_celsius", "61.0"),
                        device("power_watts", "301.5"),
                        device("ecc_uncorrected_errors", "2.0"),
                        device("sick", "0.0"))
                .contains("cattino_agent_heartbeat_age_seconds{node=\"here\",}")
                .contains("cattino_build_info{version=")
                .contains(
                        "grpc_server_handled_total{grpc_service=\"cattino.v1.TaskService\",grpc_method=\"Submit\",grpc_code=\"OK\",} 1.0");
        agent.exited(ref, 3);
        await().untilAsserted(() ->
                assertThat(get("/metrics", true).body())
                        .contains("cattino_task_attempts_total{outcome=\"failed\",} 1.0"));
    }

    @Test
    void saysThatItDoesNotLeadOnceTheLoopIsGone() throws Exception {
        coordinator.loop().close();
        assertThat(get("/readyz", false).statusCode()).isEqualTo(503);
        assertThat(get("/metrics", true).body()).contains("cattino_leader 0.0");
        assertThatThrownBy(
                        () -> coordinator.tasks().listTasks(ListTasksRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
    }
}
