package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.NodeInfo;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Proves that a drain with a deadline empties a node and loses nothing of what ran there. */
class DrainDeadlineIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension final Farm farm = Farm.empty();

    @Test
    void aTaskThatStillRunsAtTheDeadlineGoesToTheOtherNode() throws Exception {
        Map<String, String> nodes = Map.of("node-1", "1x24576", "node-2", "1x24576");
        try (Apart apart = new Apart(farm, nodes);
                Gate gate = farm.gate("gate")) {
            List<String> create = new ArrayList<>(List.of("create", "-n", "moved", "-M", "100"));
            create.addAll(List.of("--on-disconnect", "fail", "--lost-after", "2m", "--"));
            create.addAll(farm.ledger().work(gate, 0));
            apart.meow().run(create.toArray(String[]::new)).exits(0);
            TaskHandle moved = apart.client().task("moved");
            String from = awaitAttempt(moved, 1).node();
            assertThat(apart.meow().run("describe", "moved").exits(0).out())
                    .contains("Disconnect\tfail, after 2m00s");

            Meow.Result drained =
                    apart.meow()
                            .run("drain", from, "--reason", "fan swap", "--deadline", "3s", "-W")
                            .exits(0);

            assertThat(drained.err())
                    .contains(from + " is draining; one task on it goes on, for ")
                    .contains("Nothing runs on " + from + " any more.");
            TaskInfo again = awaitAttempt(moved, 2);
            assertThat(again.node()).isNotEqualTo(from);
            assertThat(apart.meow().run("describe", "node/" + from).exits(0).out())
                    .contains("Draining\tyes: fan swap\n");
            apart.meow().run("undrain", from).exits(0);
            assertThat(apart.client().nodes().list())
                    .noneMatch(NodeInfo::draining)
                    .allMatch(node -> node.drainRemaining() == null);
            gate.release(1);
            assertThat(moved.await(LIMIT).isDone()).isTrue();
            assertThat(moved.info().attempts()).hasSize(2);
            assertThat(farm.ledger().starts().get("moved")).hasSize(2);
            assertThat(apart.meow().run("events", "moved").out())
                    .contains("being stopped: Drained");
        }
    }

    @Test
    void aHoldOfTheFencesOutlivesTheLeader() throws Exception {
        try (Apart apart = new Apart(farm, Map.of("node-1", "1x24576"), 2)) {
            assertThat(apart.meow().run("status").exits(0).out()).contains("fence_hold\t-\n");
            apart.meow().run("hold-fences", "2h").exits(0);
            int leader = await("somebody leads").atMost(LIMIT).until(apart::leading, it -> it >= 0);
            apart.killCoordinator(leader);
            assertThat(apart.meow().run("hold-fences", "1s").exits(0).err())
                    .as("a shorter one does not shorten it")
                    .containsPattern("No node is given up for the next (2h00|1h5\\d)m\\.");
            assertThat(apart.client().cluster().status().fenceHold())
                    .isBetween(Duration.ofHours(1), Duration.ofHours(2));
        }
    }

    private static TaskInfo awaitAttempt(TaskHandle task, int number) {
        return await("attempt " + number + " runs")
                .atMost(LIMIT)
                .until(
                        task::info,
                        info ->
                                info.status() == TaskStatus.RUNNING
                                        && info.attempt() == number
                                        && info.pid() > 0);
    }
}
