package io.cattino.coordinator.http;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.Edge;
import io.cattino.proto.v1.ExplainTaskRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.Reason;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.TaskStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Why tasks wait is one record: whoever tells it reads the same. */
class WaitingReasonsTest {
    private TestCoordinator coordinator;

    @BeforeEach
    void start() throws Exception {
        coordinator = TestCoordinator.start();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private Map<String, Reason> listed() {
        return coordinator
                .tasks()
                .listTasks(ListTasksRequest.getDefaultInstance())
                .getTasksList()
                .stream()
                .filter(task -> task.getStatus() == TaskStatus.TASK_STATUS_WAITING)
                .collect(
                        Collectors.toMap(
                                task -> task.getSpec().getFullname(), task -> task.getReason()));
    }

    private static Map<String, String> codes(Map<String, Reason> reasons) {
        return reasons.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().getCode()));
    }

    private Reason explained(String name) {
        return coordinator
                .tasks()
                .explainTask(ExplainTaskRequest.newBuilder().setFullname(name).build())
                .getReason();
    }

    /** Reasons and how many tasks wait for each. */
    private Map<String, Double> counted() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + coordinator.server().httpPort()
                                                + "/metrics"))
                        .header("Authorization", "Bearer " + TestCoordinator.TOKEN)
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Map<String, Double> counts = new TreeMap<>();
            text.lines()
                    .filter(line -> line.startsWith("cattino_tasks_pending{reason=\""))
                    .forEach(line ->
                            counts.put(
                                    line.split("\"", -1)[1],
                                    Double.parseDouble(line.substring(line.lastIndexOf(' ')))));
            return counts;
        }
    }

    @Test
    void listExplanationAndMetricTellTheSame() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        SubmitRequest.Builder request =
                TestCoordinator.submission("holder", "memory", "child", "held");
        request.getTasksBuilder(0).getDevicesBuilder().setCount(1).setMib(20_000);
        request.getTasksBuilder(1).getDevicesBuilder().setCount(1).setMib(10_000);
        request.getTasksBuilder(3).setHold(true);
        request.addEdges(Edge.newBuilder().setFrom("holder").setTo("child"));
        coordinator.tasks().submit(request.build());
        agent.started(agent.next(MessageCase.LAUNCH).getLaunch().getRef());
        Map<String, String> expected =
                Map.of("memory", "Memory", "child", "Dependency", "held", "Held");
        await().untilAsserted(() -> assertThat(codes(listed())).isEqualTo(expected));

        Map<String, Reason> listed = listed();
        listed.forEach((name, reason) -> assertThat(explained(name)).isEqualTo(reason));
        assertThat(counted()).isEqualTo(Map.of("Memory", 1.0, "Dependency", 1.0, "Held", 1.0));
    }
}
