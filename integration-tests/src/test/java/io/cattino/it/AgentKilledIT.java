package io.cattino.it;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.NodeInfo;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import io.cattino.client.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that neither the agent nor the coordinator nor ZooKeeper takes tasks along when it goes:
 * with each of them apart, running ones keep process and attempt, and those that end while it is
 * away have their true exit codes (F01, F07, F19, F20, F23).
 */
class AgentKilledIT {
    private static final String NODE = "node-1";
    private static final int TASKS = 6;
    private static final int ENDING_MEANWHILE = 3;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** From the moment when the killed part serves again: 5 s, and time for a loaded machine. */
    private static final Duration ATTACHING = Duration.ofSeconds(20);

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Apart apart;

    @BeforeAll
    static void start() throws Exception {
        apart = new Apart(FARM);
    }

    @AfterAll
    static void stop() throws Exception {
        apart.close();
    }

    @Test
    void tasksOutliveTheAgent() throws Exception {
        outlive("agent", () -> apart.killAgent(NODE), () -> apart.startAgent(NODE));
    }

    @Tag("soak")
    @RepeatedTest(100)
    void tasksOutliveTheAgentHoweverOften(RepetitionInfo repetition) throws Exception {
        outlive(
                "agent" + repetition.getCurrentRepetition(),
                () -> apart.killAgent(NODE),
                () -> apart.startAgent(NODE));
    }

    @Test
    void tasksOutliveTheCoordinator() throws Exception {
        outlive("coordinator", () -> apart.killCoordinator(), () -> apart.startCoordinator());
    }

    @Test
    void tasksOutliveBoth() throws Exception {
        outlive(
                "both",
                () -> {
                    apart.killCoordinator();
                    apart.killAgent(NODE);
                },
                () -> {
                    apart.startAgent(NODE);
                    apart.startCoordinator();
                    awaitReadyNode();
                });
    }

    @Test
    void withoutZooKeeperNothingIsAcceptedAndNothingIsLost() throws Exception {
        ProcTask refused = ProcTask.builder("refused").command(FARM.ledger().work()).build();
        outlive(
                "zookeeper",
                () -> {
                    apart.stopZooKeeper();
                    assertThatThrownBy(() -> apart.impatient().submit(refused))
                            .as("an answer that could not be kept")
                            .isInstanceOf(MeowException.Unavailable.class);
                },
                () -> {
                    apart.startZooKeeper();
                    awaitReadyNode();
                });
        apart.client().submit(ProcTask.builder("accepted").command("true").build()).await(LIMIT);
    }

    @Test
    void aSecondAgentOnTheSameDirectoryIsRefused() {
        Daemon second = apart.launchAgent(NODE);
        assertThat(second.awaitExit()).as("%s", second.output()).isNotZero();
        assertThat(second.output()).contains(apart.data(NODE).toString());
        awaitReadyNode();
    }

    private static void awaitReadyNode() {
        await("the agent has found the coordinator")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() ->
                        apart.client().nodes().list().stream()
                                .anyMatch(node -> node.state() == NodeInfo.State.READY));
    }

    private static void outlive(String prefix, Runnable kill, Runnable start) throws Exception {
        MeowClient client = apart.client();
        try (Gate meanwhile = FARM.gate(prefix + "-meanwhile");
                Gate later = FARM.gate(prefix + "-later")) {
            client.submit(tasks(prefix, meanwhile, later));
            await("they run").atMost(LIMIT).until(() -> running(prefix).size() == TASKS);
            Map<String, Long> pids =
                    running(prefix).stream().collect(toMap(TaskInfo::fullname, TaskInfo::pid));
            kill.run();
            assertThat(pids.values()).allMatch(Living::is);
            meanwhile.release(ENDING_MEANWHILE);
            await("they end while it is away")
                    .atMost(LIMIT)
                    .until(() -> FARM.ledger().endsIn(prefix) == ENDING_MEANWHILE);
            start.run();
            await("their ends are known")
                    .atMost(ATTACHING)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> running(prefix).size() == TASKS - ENDING_MEANWHILE);
            assertAsBefore(prefix, pids);
            later.release(TASKS - ENDING_MEANWHILE);
            WaitResult result = client.awaitAll(TaskQuery.group(prefix), LIMIT, _ -> {});
            for (TaskInfo task : result.tasks()) {
                assertThat(task.exitCode())
                        .as("%s", task.fullname())
                        .isEqualTo(exitCode(task.name()));
                assertThat(task.attempts()).hasSize(1);
            }
            assertRanOnce(prefix);
        }
    }

    private static void assertAsBefore(String prefix, Map<String, Long> pids) {
        for (TaskInfo task : apart.client().group(prefix).info().tasks()) {
            assertThat(task.attempt()).as("attempt of %s", task.fullname()).isEqualTo(1);
            assertThat(task.pid())
                    .as("pid of %s", task.fullname())
                    .isEqualTo(pids.get(task.fullname()));
            if (task.status() != TaskStatus.RUNNING) {
                assertThat(task.exitCode()).as(task.fullname()).isEqualTo(exitCode(task.name()));
            }
        }
        assertThat(running(prefix)).allMatch(task -> Living.is(task.pid()));
    }

    private static void assertRanOnce(String prefix) {
        assertThat(FARM.ledger().startsIn(prefix))
                .hasSize(TASKS)
                .allSatisfy((name, runs) -> assertThat(runs).as(name).hasSize(1));
    }

    private static Submission tasks(String prefix, Gate meanwhile, Gate later) {
        List<ProcTask> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            Gate gate = i < ENDING_MEANWHILE ? meanwhile : later;
            String name = "t" + i;
            tasks.add(
                    ProcTask.builder(name)
                            .command(FARM.ledger().work(gate, exitCode(name)))
                            .memoryPerDevice(Memory.mib(10_000))
                            .build());
        }
        return Submission.builder()
                .add(TaskGroup.builder(prefix).add(tasks).build())
                .context(FARM.context())
                .build();
    }

    private static int exitCode(String name) {
        return Integer.parseInt(name.substring(1)) % ENDING_MEANWHILE * 11;
    }

    private static List<TaskInfo> running(String prefix) {
        return apart.client()
                .tasks()
                .matching(TaskQuery.group(prefix).withStatuses(List.of(TaskStatus.RUNNING)))
                .list();
    }
}
