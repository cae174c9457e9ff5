package io.cattino.it;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import io.cattino.client.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves that with several coordinators the end of the leader, of whatever kind, loses and repeats
 * nothing that was accepted and touches no running task (F01, F02, F03, F04, F08, F15, F18).
 */
class LeaderKilledIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int RUNNING = 20;

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Apart apart;

    /** From each to ZooKeeper. */
    private static final List<Wire> WIRES = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Map<String, Wire> named = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            Wire wire = new Wire();
            WIRES.add(wire);
            named.put("coordinator-" + i, wire);
        }
        apart = new Apart(FARM, Map.of("node-1", "4x24576"), 3, Ensemble.of(1), named);
    }

    @AfterAll
    static void stop() throws Exception {
        apart.close();
        for (Wire wire : WIRES) {
            wire.close();
        }
    }

    @Test
    void runningTasksDoNotNoticeThatTheLeaderIsKilled() throws Exception {
        whileTasksRun("killed", leader -> apart.killCoordinator(leader));
    }

    @Test
    void runningTasksDoNotNoticeThatTheLeaderIsStopped() throws Exception {
        whileTasksRun(
                "stopped",
                leader -> assertThat(apart.coordinator(leader).terminate()).isIn(0, 143));
    }

    @Test
    void aLeaderThatWakesUpAfterItsSessionEndsAndIsHeardByNobody() throws Exception {
        frozen("frozen");
    }

    @Test
    void aLeaderThatIsCutOffFromZooKeeperOnlyGivesWay() throws Exception {
        Deposed.of(
                apart,
                FARM,
                "cut",
                leader -> WIRES.get(leader).cut(Wire.Cut.BOTH),
                leader -> WIRES.get(leader).heal());
    }

    /** Its answers take a second, and a session lasts four (F15). */
    @Test
    void aLeaderWhoseZooKeeperIsSlowGoesOn() throws Exception {
        int leader = awaitLeader();
        long epoch = apart.client().cluster().status().epoch();
        WIRES.forEach(wire -> wire.slow(Duration.ofMillis(500)));
        try {
            for (int i = 0; i < 3; i++) {
                apart.client().submit(one("slow", "t" + i));
            }
            assertThat(awaitAll("slow").allDone()).isTrue();
        } finally {
            WIRES.forEach(wire -> wire.slow(Duration.ZERO));
        }
        assertThat(apart.client().cluster().status().epoch()).isEqualTo(epoch);
        assertThat(apart.leading()).isEqualTo(leader);
        assertThat(FARM.ledger().startsIn("slow"))
                .hasSize(3)
                .allSatisfy((name, starts) -> assertThat(starts).as(name).hasSize(1));
    }

    @Tag("soak")
    @RepeatedTest(50)
    void aLeaderThatWakesUpIsHeardByNobodyHoweverOften(RepetitionInfo repetition) throws Exception {
        frozen("frozen" + repetition.getCurrentRepetition());
    }

    private static void frozen(String group) throws Exception {
        Deposed.of(
                apart,
                FARM,
                group,
                leader -> apart.coordinator(leader).freeze(),
                leader -> apart.coordinator(leader).thaw());
    }

    @RepeatedTest(2)
    void whatWasAcknowledgedIsThereOnce(RepetitionInfo repetition) throws Exception {
        acknowledgedWhileTheLeaderIsKilled("ack" + repetition.getCurrentRepetition(), 200);
    }

    @Tag("soak")
    @RepeatedTest(20)
    void ofThousandAcknowledgedNoneIsLostOrRepeated(RepetitionInfo repetition) throws Exception {
        acknowledgedWhileTheLeaderIsKilled("soak" + repetition.getCurrentRepetition(), 1000);
    }

    private static void acknowledgedWhileTheLeaderIsKilled(String group, int submissions)
            throws Exception {
        Set<String> acknowledged = new HashSet<>();
        AtomicInteger count = new AtomicInteger();
        int leader = awaitLeader();
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Future<String>> calls =
                    IntStream.range(0, submissions)
                            .mapToObj(i ->
                                    clients.submit(() -> {
                                        String id = apart.client().submit(one(group, "t" + i)).id();
                                        count.incrementAndGet();
                                        return id;
                                    }))
                            .toList();
            await("the load is on").atMost(LIMIT).until(() -> count.get() >= submissions / 4);
            apart.killCoordinator(leader);
            for (Future<String> call : calls) {
                acknowledged.add(call.get());
            }
        }
        WaitResult result = awaitAll(group);
        assertThat(result.allDone()).isTrue();
        assertThat(result.tasks()).hasSize(submissions);
        assertThat(Set.copyOf(result.tasks().stream().map(TaskInfo::submissionId).toList()))
                .isEqualTo(acknowledged);
        assertThat(FARM.ledger().startsIn(group))
                .hasSize(submissions)
                .allSatisfy((name, starts) -> assertThat(starts).as(name).hasSize(1));
        apart.startCoordinator(leader);
    }

    private interface Ending {
        void of(int leader);
    }

    private static void whileTasksRun(String group, Ending ending) throws Exception {
        int leader = awaitLeader();
        try (Gate gate = FARM.gate(group)) {
            List<ProcTask> tasks = new ArrayList<>();
            for (int i = 0; i < RUNNING; i++) {
                tasks.add(
                        ProcTask.builder("t" + i).command(FARM.ledger().work(gate, i % 3)).build());
            }
            apart.client()
                    .submit(
                            Submission.builder()
                                    .add(TaskGroup.builder(group).open(true).add(tasks).build())
                                    .context(FARM.context())
                                    .build());
            awaitRunning(group, RUNNING);
            Map<String, Long> pids = pids(group);
            ending.of(leader);
            apart.client().submit(one(group, "next"));
            assertThat(awaitLeader()).isNotEqualTo(leader);
            await("the agent has found the new leader")
                    .atMost(LIMIT)
                    .until(() -> apart.client().cluster().status().nodesReady() == 1);
            assertThat(pids(group)).isEqualTo(pids);
            gate.release(RUNNING);
        }
        List<TaskInfo> ended = awaitAll(group).tasks();
        assertThat(ended)
                .hasSize(RUNNING + 1)
                .allSatisfy(task -> assertThat(task.attempts()).as(task.fullname()).hasSize(1));
        assertThat(ended.stream().filter(task -> !task.name().equals("next")))
                .allSatisfy(task ->
                        assertThat(task.exitCode())
                                .isEqualTo(Integer.parseInt(task.name().substring(1)) % 3));
        apart.startCoordinator(leader);
    }

    private static int awaitLeader() {
        return await("somebody leads").atMost(LIMIT).until(apart::leading, leader -> leader >= 0);
    }

    private static void awaitRunning(String group, int tasks) {
        await("they run").atMost(LIMIT).until(() -> pids(group).size() == tasks);
    }

    private static Map<String, Long> pids(String group) {
        return apart
                .client()
                .tasks()
                .matching(TaskQuery.group(group).withStatuses(List.of(TaskStatus.RUNNING)))
                .list()
                .stream()
                .filter(task -> !task.name().equals("next"))
                .collect(toMap(TaskInfo::fullname, TaskInfo::pid));
    }

    private static WaitResult awaitAll(String group) throws Exception {
        return apart.client().awaitAll(TaskQuery.group(group), LIMIT, _ -> {});
    }

    private static Submission one(String group, String name) {
        ProcTask task = ProcTask.builder(name).command(FARM.ledger().work()).build();
        return Submission.builder()
                .add(TaskGroup.builder(group).open(true).add(task).build())
                .context(FARM.context())
                .build();
    }
}
