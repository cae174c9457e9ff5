package io.cattino.it;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowException;
import io.cattino.client.NodeInfo;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Members of ZooKeeper that stop: one costs nothing; without a quorum nothing is accepted, what was
 * last known is shown as such, and no task notices (F06, F07).
 */
class QuorumLostIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(10);
    private static final Duration USABLE_WITHIN = Duration.ofSeconds(15);
    private static final Duration AWAY = Duration.ofSeconds(15);

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Apart apart;

    @BeforeAll
    static void start() throws Exception {
        apart = new Apart(FARM, Map.of("node-1", "4x24576"), 3, Ensemble.of(3));
        apart.client().cluster().set("lost-after", "30");
    }

    @AfterAll
    static void stop() throws Exception {
        apart.close();
    }

    @Test
    void oneMemberThatStopsCostsNothing() throws Exception {
        long epoch = apart.client().cluster().status().epoch();
        apart.zooKeeper().stop(1);
        apart.client().submit(one("one", "without"));
        assertThat(apart.client().cluster().status().epoch()).isBetween(epoch, epoch + 1);
        apart.zooKeeper().start(1);
        apart.client().submit(one("one", "with"));
        List<TaskInfo> ended = awaitAll("one");
        assertThat(ended)
                .hasSize(2)
                .allSatisfy(task -> assertThat(task.status()).isEqualTo(TaskStatus.DONE));
    }

    @Test
    void withoutAQuorumNothingIsAcceptedAndNoTaskNotices() throws Exception {
        Submission meanwhile = one("away", "meanwhile");
        Map<String, Long> pids;
        try (Gate ends = FARM.gate("ends");
                Gate stays = FARM.gate("stays")) {
            apart.client().submit(held("ends", ends, 3));
            apart.client().submit(held("stays", stays, 0));
            await("they run").atMost(LIMIT).until(() -> pids().size() == 2);
            pids = pids();
            apart.awaitFollowed(); // whoever is asked then has seen the two

            apart.zooKeeper().stop(0);
            apart.zooKeeper().stop(1);
            await("it is refused, and why")
                    .atMost(REFUSED_WITHIN)
                    .until(() -> refusal(meanwhile).equals("NO_QUORUM"));
            ends.release(1);
            await("one ends").atMost(LIMIT).until(() -> FARM.ledger().endsIn("away") == 1);

            assertShownAsOld();
            assertThat(apart.leading()).isEqualTo(-1);
            for (int i = 0; i < apart.coordinators(); i++) {
                assertThat(apart.isHealthy(i)).isTrue();
            }
            long stayed = pids.getOrDefault("away/stays", 0L);
            await("it runs on")
                    .during(AWAY)
                    .atMost(AWAY.multipliedBy(2))
                    .until(() ->
                            ProcessHandle.of(stayed).map(ProcessHandle::isAlive).orElse(false));
            assertThat(refusal(meanwhile)).isEqualTo("NO_QUORUM");

            apart.zooKeeper().start(0);
            apart.zooKeeper().start(1);
            await("it is accepted").atMost(USABLE_WITHIN).until(() -> refusal(meanwhile).isEmpty());
            assertThat(apart.client().submit(meanwhile).fullnames())
                    .containsExactly("away/meanwhile");
            await("the node is there")
                    .atMost(LIMIT)
                    .until(() ->
                            apart.client().nodes().list().stream()
                                    .allMatch(node -> node.state() == NodeInfo.State.READY));
            assertThat(apart.client().task("away/stays").info().pid()).isEqualTo(stayed);
            stays.release(1);
        }
        assertThat(awaitAll("away"))
                .hasSize(3)
                .allSatisfy(task -> assertThat(task.attempts()).as(task.fullname()).hasSize(1))
                .anySatisfy(task -> {
                    assertThat(task.fullname()).isEqualTo("away/ends");
                    assertThat(task.exitCode()).isEqualTo(3);
                    assertThat(task.pid()).isEqualTo(pids.get("away/ends"));
                });
        assertThat(FARM.ledger().startsIn("away"))
                .hasSize(3)
                .allSatisfy((name, starts) -> assertThat(starts).as(name).hasSize(1));
    }

    private static void assertShownAsOld() {
        Meow.Result list = apart.meow().run("list", "--all").exits(0);
        assertThat(list.out()).contains("away/ends", "away/stays").doesNotContain("meanwhile");
        assertThat(list.err()).containsOnlyOnce("no coordinator leads");
        assertThatThrownBy(() -> apart.impatient().tasks().list())
                .isInstanceOf(MeowException.Unavailable.class);
    }

    /** The reason for which it is refused at once; empty: it is accepted. */
    private static String refusal(Submission submission) {
        MeowException refused =
                catchThrowableOfType(
                        MeowException.Unavailable.class,
                        () -> apart.impatient().submit(submission));
        return refused == null ? "" : refused.code();
    }

    private static Map<String, Long> pids() {
        return apart
                .client()
                .tasks()
                .matching(TaskQuery.group("away").withStatuses(List.of(TaskStatus.RUNNING)))
                .list()
                .stream()
                .collect(toMap(TaskInfo::fullname, TaskInfo::pid));
    }

    private static List<TaskInfo> awaitAll(String group) throws Exception {
        return apart.client().awaitAll(TaskQuery.group(group), LIMIT, _ -> {}).tasks();
    }

    private static Submission held(String name, Gate gate, int exitCode) {
        return submission(
                "away", ProcTask.builder(name).command(FARM.ledger().work(gate, exitCode)).build());
    }

    private static Submission one(String group, String name) {
        return submission(group, ProcTask.builder(name).command(FARM.ledger().work()).build());
    }

    private static Submission submission(String group, ProcTask task) {
        return Submission.builder()
                .add(TaskGroup.builder(group).open(true).add(task).build())
                .context(FARM.context())
                .build();
    }
}
