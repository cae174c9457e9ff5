package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures how long nothing is accepted when the leader goes, with 50 tasks running: from the
 * signal to the acknowledgement of a submission that was sent right behind it. {@code ./mvnw verify
 * -Pbench}, on a machine that has nothing else to do.
 */
@Tag("bench")
class FailoverBench {
    private static final int ROUNDS = 20;
    private static final int RUNNING = 50;

    /** Of a coordinator with ZooKeeper, in seconds. */
    private static final double SESSION = 4.0;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Apart apart;

    @BeforeAll
    static void start() throws Exception {
        apart = new Apart(FARM, Map.of("node-1", "4x24576"), 3);
    }

    @AfterAll
    static void stop() throws Exception {
        apart.close();
    }

    @Test
    void nextSubmissionAfterTheLeaderIsGone() throws Exception {
        try (Gate gate = FARM.gate("gate")) {
            List<ProcTask> tasks = new ArrayList<>();
            for (int i = 0; i < RUNNING; i++) {
                tasks.add(ProcTask.builder("t" + i).command(FARM.ledger().work(gate, 0)).build());
            }
            apart.client()
                    .submit(
                            Submission.builder()
                                    .add(TaskGroup.builder("running").add(tasks).build())
                                    .context(FARM.context())
                                    .build());
            await("they run")
                    .atMost(LIMIT)
                    .until(() -> FARM.ledger().startsIn("running").size() == RUNNING);
            List<Double> killed = rounds("killed", Daemon::kill9, Daemon::awaitExit);
            List<Double> stopped = rounds("stopped", Daemon::beginTermination, Daemon::awaitExit);
            List<Double> frozen = rounds("frozen", Daemon::freeze, Daemon::kill9);
            gate.release(RUNNING);
            assertThat(median(killed)).isLessThanOrEqualTo(2.0);
            assertThat(Collections.max(killed)).isLessThanOrEqualTo(3.0);
            assertThat(median(stopped)).isLessThanOrEqualTo(1.0);
            assertThat(median(frozen)).isLessThanOrEqualTo(SESSION + 1.0);
        }
        assertThat(FARM.ledger().startsIn("running"))
                .allSatisfy((name, starts) -> assertThat(starts).as(name).hasSize(1));
    }

    private static List<Double> rounds(String how, Consumer<Daemon> end, Consumer<Daemon> after) {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            int leader = await("somebody leads").atMost(LIMIT).until(apart::leading, it -> it >= 0);
            await("the agent is there")
                    .atMost(LIMIT)
                    .until(() -> apart.client().cluster().status().nodesReady() == 1);
            ProcTask task = ProcTask.builder(how + i).command("true").build();
            long began = System.nanoTime();
            end.accept(apart.coordinator(leader));
            apart.client().submit(task);
            seconds.add((System.nanoTime() - began) / 1e9);
            after.accept(apart.coordinator(leader));
            apart.startCoordinator(leader);
        }
        System.out.printf(
                "leader %s: next submission accepted after median %.2f s (%.2f to %.2f), %d rounds%n",
                how, median(seconds), Collections.min(seconds), Collections.max(seconds), ROUNDS);
        return seconds;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
