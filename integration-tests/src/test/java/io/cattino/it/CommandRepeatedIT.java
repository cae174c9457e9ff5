package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import io.cattino.proto.v1.RerunTasksRequest;
import io.cattino.proto.v1.TaskChange;
import io.cattino.proto.v1.TaskSelector;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that a command that comes again under its request id, because nobody knows whether it was
 * heard, is answered as it was and does nothing, also by the next leader.
 */
class CommandRepeatedIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String REQUEST = "01JDRERVN00000000000000000";

    @RegisterExtension final Farm farm = Farm.empty();

    @Test
    void aRerunThatComesAgainAtTheNextLeaderMakesOneAttemptMoreAndNotTwo() throws Exception {
        try (Apart apart = new Apart(farm, Map.of("node-1", "1x24576"), 2)) {
            TaskHandle again = apart.client().submit(task("again"));
            assertThat(again.await(LIMIT).isDone()).isTrue();
            int leader = awaitLeader(apart);

            List<TaskChange> first = rerun(apart, leader, "again");
            assertThat(first)
                    .singleElement()
                    .extracting(TaskChange::getOutcome)
                    .isEqualTo(TaskChange.Outcome.OUTCOME_CHANGED);
            assertThat(again.await(LIMIT).isDone()).isTrue();
            apart.killCoordinator(leader);
            int next = awaitLeader(apart);

            assertThat(next).isNotEqualTo(leader);
            assertThat(rerun(apart, next, "again"))
                    .as("answered as before, but for the status, which is the present one")
                    .containsExactly(
                            first.getFirst().toBuilder()
                                    .setStatus(io.cattino.proto.v1.TaskStatus.TASK_STATUS_DONE)
                                    .build());
            TaskInfo after = again.info();
            assertThat(after.status()).isEqualTo(TaskStatus.DONE);
            assertThat(after.attempts()).hasSize(2);
            assertThatThrownBy(() -> rerun(apart, next, "other"))
                    .as("the id stands for another request")
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e ->
                                    assertThat(Raw.details(e).orElseThrow().getReason())
                                            .isEqualTo("REQUEST_ID_REUSED"));
            apart.client().submit(task("later")).await(LIMIT);
            assertThat(farm.ledger().starts().get("again")).hasSize(2);
        }
    }

    private static int awaitLeader(Apart apart) {
        return await("somebody leads").atMost(LIMIT).until(apart::leading, leader -> leader >= 0);
    }

    private static List<TaskChange> rerun(Apart apart, int coordinator, String name) {
        RerunTasksRequest request =
                RerunTasksRequest.newBuilder()
                        .setRequestId(REQUEST)
                        .setSelector(TaskSelector.newBuilder().addNames(name))
                        .build();
        try (Raw wire = apart.wire(coordinator)) {
            return wire.tasks().rerunTasks(request).getChangesList();
        }
    }

    private ProcTask task(String name) {
        return ProcTask.builder(name).command(farm.ledger().work()).build();
    }
}
