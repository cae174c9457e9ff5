package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.Drain;
import io.cattino.client.Force;
import io.cattino.client.NodeInfo;
import io.cattino.client.OnDisconnect;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A node that stays out of contact: its fence kills what the leader starts elsewhere, before it
 * does (F24, F26 to F29, F32, law 6).
 */
class ContactLostIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Apart apart;
    private static Wire wire;
    private static Witness witness;

    @BeforeAll
    static void start() throws Exception {
        wire = new Wire();
        witness = Witness.of(FARM);
        apart =
                new Apart(
                        FARM,
                        Map.of("node-1", "1x24576", "node-2", "1x24576"),
                        1,
                        Ensemble.of(1),
                        Map.of("node-1", wire));
        apart.client().cluster().set("lost-after", "15");
    }

    @AfterAll
    static void stop() throws Exception {
        apart.close();
        wire.close();
    }

    @Test
    void aNodeThatIsCutOffIsReplacedOnceItsFenceHasKilled() throws Exception {
        cutOff("cut", () -> wire.cut(Wire.Cut.BOTH), wire::heal);
    }

    @Test
    void anAgentThatIsFrozenIsReplacedOnceItsFenceHasKilled() throws Exception {
        cutOff("frozen", () -> apart.agent("node-1").freeze(), () -> apart.agent("node-1").thaw());
    }

    @Test
    void anAgentThatIsDeadIsReplacedOnceItsFenceHasKilled() throws Exception {
        cutOff("dead", () -> apart.killAgent("node-1"), () -> apart.startAgent("node-1"));
    }

    @Tag("soak")
    @RepeatedTest(20)
    void noTwoAttemptsRunAtOnceHoweverOftenANodeIsCutOff(RepetitionInfo repetition)
            throws Exception {
        cutOff(
                "cut" + repetition.getCurrentRepetition(),
                () -> wire.cut(Wire.Cut.BOTH),
                wire::heal);
    }

    private void cutOff(String name, Runnable cut, Runnable heal) throws Exception {
        String task = submitOnNode1(name, OnDisconnect.REQUEUE);
        cut.run();
        TaskInfo replaced =
                await("it runs elsewhere")
                        .atMost(LIMIT)
                        .until(() -> info(task), it -> it.node().equals("node-2") && running(it));
        assertThat(replaced.attempts()).hasSize(2);
        heal.run();
        awaitReady();
        assertThat(witness.of(task)).containsExactly("1 start", "2 start");
        apart.client().task(task).kill(Force.YES);
        await("it has ended").atMost(LIMIT).until(() -> !running(info(task)));
        assertThat(witness.report(Set.of(task)).findings())
                .noneMatch(finding -> finding.contains("at once"));
        assertThat(info(task).attempts()).hasSize(2);
    }

    @Test
    void aShortCutCostsNothing() throws Exception {
        String task = submitOnNode1("short", OnDisconnect.REQUEUE);
        long pid = info(task).pid();
        wire.cut(Wire.Cut.BOTH);
        await("its silence is noticed")
                .atMost(LIMIT)
                .until(() -> node().state() != NodeInfo.State.READY);
        wire.heal();
        awaitReady();
        assertThat(info(task).pid()).isEqualTo(pid);
        assertThat(info(task).attempts()).hasSize(1);
        apart.client().task(task).kill(Force.YES);
    }

    @Test
    void whoWaitsForItsNodeIsLeftAlone() throws Exception {
        String task = submitOnNode1("patient", OnDisconnect.WAIT);
        long pid = info(task).pid();
        wire.cut(Wire.Cut.BOTH);
        await("the node is lost").atMost(LIMIT).until(() -> node().state() == NodeInfo.State.LOST);
        wire.heal();
        awaitReady();
        assertThat(info(task).pid()).isEqualTo(pid);
        apart.client().task(task).kill(Force.YES);
    }

    @Test
    void anAgentThatHearsNothingIsGivenNoNewTasks() throws Exception {
        awaitReady();
        apart.client().nodes().drain("node-2", Drain.reason("the first is to take it"));
        wire.cut(Wire.Cut.TO_AGENT);
        await("it is seen that it hears nothing")
                .atMost(LIMIT)
                .until(() -> node().state() != NodeInfo.State.READY || isDeaf());
        apart.client().submit(task("unheard", 0, OnDisconnect.WAIT));
        assertThat(info("unheard").status()).isEqualTo(TaskStatus.WAITING);
        assertThat(info("unheard").attempts()).isEmpty();
        wire.heal();
        await("it runs there")
                .atMost(LIMIT)
                .until(() -> info("unheard").status() == TaskStatus.DONE);
        assertThat(info("unheard").attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.node()).isEqualTo("node-1"));
        apart.client().nodes().undrain("node-2");
    }

    private static boolean isDeaf() {
        return node().troubles().contains("Deaf");
    }

    private static NodeInfo node() {
        return apart.client().nodes().list().stream()
                .filter(node -> node.name().equals("node-1"))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitReady() {
        await("the node is back")
                .atMost(LIMIT)
                .until(() -> node().state() == NodeInfo.State.READY && node().troubles().isEmpty());
    }

    private static TaskInfo info(String task) {
        return apart.client().task(task).info();
    }

    private static boolean running(TaskInfo task) {
        return task.status() == TaskStatus.RUNNING && task.pid() > 0;
    }

    private static Submission task(String name, int seconds, OnDisconnect policy) {
        return Submission.builder()
                .add(
                        ProcTask.builder(name)
                                .command(witness.work(seconds))
                                .onDisconnect(policy)
                                .build())
                .context(FARM.context())
                .build();
    }

    /** A task that works for an hour there, in a group of its own. */
    private static String submitOnNode1(String name, OnDisconnect policy) {
        awaitReady();
        apart.client().nodes().drain("node-2", Drain.reason("the first is to take it"));
        apart.client().submit(task(name, 3_600, policy));
        await("it runs there").atMost(LIMIT).until(() -> info(name), ContactLostIT::running);
        await("it works there").atMost(LIMIT).until(() -> !witness.of(name).isEmpty());
        assertThat(witness.of(name)).describedAs("%s", info(name)).containsExactly("1 start");
        apart.client().nodes().undrain("node-2");
        return name;
    }
}
