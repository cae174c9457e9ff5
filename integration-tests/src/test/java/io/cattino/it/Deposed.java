package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;

/** A leader that is out of action for longer than its session, lives on, and comes back. */
final class Deposed {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Deposed() {}

    /** Does something to a coordinator. */
    interface Act {
        void on(int coordinator) throws Exception;
    }

    /**
     * Puts whoever leads out of action and back: another leads meanwhile, the old one gives way,
     * and what it was told before and what the new one is told runs once.
     *
     * @param group for the tasks of this round
     */
    static void of(Apart apart, Farm farm, String group, Act out, Act back) throws Exception {
        int leader = await("somebody leads").atMost(LIMIT).until(apart::leading, it -> it >= 0);
        try (Gate gate = farm.gate(group)) {
            apart.client().submit(task(farm, group, "before", gate));
            awaitRunning(apart, group, 1);
            long began = System.nanoTime();
            out.on(leader);
            apart.client().submit(task(farm, group, "meanwhile", gate));
            double accepted = seconds(began);
            awaitRunning(apart, group, 2);
            double running = seconds(began);
            back.on(leader);
            await("it does not lead any more")
                    .atMost(LIMIT)
                    .until(() -> !apart.coordinator(leader).isAlive() || !apart.leads(leader));
            System.out.printf(
                    "leader out of action (%s): accepted after %.2f s, running after %.2f s, it gave way after %.2f s%n",
                    group, accepted, running, seconds(began));
            gate.release(2);
            TaskQuery all = TaskQuery.group(group);
            assertThat(apart.client().awaitAll(all, LIMIT, _ -> {}).allDone()).isTrue();
        }
        assertThat(farm.ledger().startsIn(group))
                .hasSize(2)
                .allSatisfy((name, starts) -> assertThat(starts).as(name).hasSize(1));
        if (apart.coordinator(leader).isAlive()) {
            assertThat(apart.coordinator(leader).output()).contains("not leading");
        } else {
            assertThat(apart.coordinator(leader).awaitExit()).isEqualTo(70);
            apart.startCoordinator(leader);
        }
    }

    private static double seconds(long beganNanos) {
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    private static Submission task(Farm farm, String group, String name, Gate gate) {
        ProcTask task = ProcTask.builder(name).command(farm.ledger().work(gate, 0)).build();
        return Submission.builder()
                .add(TaskGroup.builder(group).open(true).add(task).build())
                .context(farm.context())
                .build();
    }

    private static void awaitRunning(Apart apart, String group, int tasks) {
        TaskQuery running = TaskQuery.group(group).withStatuses(List.of(TaskStatus.RUNNING));
        await("they run")
                .atMost(LIMIT)
                .until(() -> apart.client().tasks().matching(running).list().size() == tasks);
    }
}
