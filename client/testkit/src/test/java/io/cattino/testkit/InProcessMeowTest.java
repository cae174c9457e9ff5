package io.cattino.testkit;

import static io.cattino.testkit.Tasks.PATIENCE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.NodeInfo;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskEvent;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskListener;
import io.cattino.client.TaskResult;
import io.cattino.client.TaskStatus;
import io.cattino.client.WaitResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One farm for all tests of the class, cleared before each. */
class InProcessMeowTest {
    @RegisterExtension
    static final InProcessMeow FARM =
            InProcessMeow.builder()
                    .fakeGpus(2, 24_576)
                    .nodes("gpu-01")
                    .node("gpu-02", 1, 81_920)
                    .build();

    @TempDir private Path files;

    private final MeowClient meow = FARM.client();

    @BeforeEach
    void reset() {
        FARM.reset();
    }

    @Test
    void runsRealProcessesOnFakeCards() throws Exception {
        TaskHandle task =
                meow.submit(
                        Tasks.shell("visible", "echo cards $CUDA_VISIBLE_DEVICES; exit 3")
                                .minDevices(2)
                                .memoryPerDevice(Memory.mib(20_000))
                                .build());
        TaskResult result = task.await(PATIENCE);
        assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.node()).isEqualTo("gpu-01");
        try (LogStream log = task.log(LogKind.STDOUT)) {
            assertThat(log.lines()).containsExactly("cards 0,1");
        }
    }

    @Test
    void runsAPipelineInOrderAndTellsListeners() throws Exception {
        ProcTask train = Tasks.shell("train", "echo weights > '" + files + "/model'").build();
        ProcTask eval = Tasks.shell("eval", "cat '" + files + "/model'").build();
        List<String> ended = new CopyOnWriteArrayList<>();
        var pipeline =
                meow.submit(TaskGroup.builder("pipeline").add(train, eval).sequential().build());
        pipeline.addListener(
                new TaskListener() {
                    @Override
                    public void onEnd(TaskEvent event) {
                        ended.add(event.fullname() + " " + event.status());
                    }
                });
        WaitResult result = pipeline.await(PATIENCE);
        assertThat(result.allDone()).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(ended)
                                .containsExactly("pipeline/train Done", "pipeline/eval Done"));
    }

    @Test
    void refusesWhatNoNodeCouldHold() {
        ProcTask huge =
                ProcTask.builder("huge").command("true").memoryPerDevice(Memory.gib(100)).build();
        assertThatThrownBy(() -> meow.submit(huge)).isInstanceOf(MeowException.NeverFits.class);
    }

    @Test
    void keepsWhatItAcceptedWhenTheLeaderRestarts() throws Exception {
        Path gate = files.resolve("gate");
        TaskHandle running = Tasks.running(meow, Tasks.until("running", gate).build());
        TaskHandle behind =
                meow.submit(
                                Submission.builder()
                                        .add(ProcTask.builder("behind").command("true").build())
                                        .after("running")
                                        .build())
                        .task("behind");
        long epoch = meow.cluster().status().epoch();
        var result = behind.result();

        FARM.restartLeader();

        assertThat(meow.cluster().status().epoch()).isGreaterThan(epoch);
        assertThat(running.info().status()).isEqualTo(TaskStatus.RUNNING);
        Tasks.touch(gate);
        assertThat(running.await(PATIENCE).attempt()).isEqualTo(1);
        assertThat(result.get(PATIENCE.toSeconds(), SECONDS).isDone()).isTrue();
    }

    @Test
    void showsWhatAProgramSeesWhileNobodyLeads() throws Exception {
        FARM.stopLeader();
        try (MeowClient hasty = FARM.newClient().noRetry().build()) {
            assertThatThrownBy(() -> hasty.tasks().list())
                    .isInstanceOf(MeowException.Unavailable.class);
        }
        FARM.startLeader();
        assertThat(meow.tasks().list()).isEmpty();
    }

    @Test
    void aClientMayEndTheServer() throws Exception {
        Tasks.running(meow, Tasks.shell("t", "sleep 605").build());
        assertThat(meow.cluster().shutdown(PATIENCE)).containsExactly("t");
        try (MeowClient hasty = FARM.newClient().noRetry().build()) {
            await("the server ends after its answer")
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> hasty.tasks().list())
                                    .isInstanceOf(MeowException.Unavailable.class));
        }
        FARM.startLeader();
        assertThat(meow.task("t").info().reason().code()).isEqualTo("ServerExit");
    }

    @Test
    void aNodeThatIsCutOffRunsItsTasksOn() throws Exception {
        Path gate = files.resolve("gate");
        TaskHandle task =
                Tasks.running(
                        meow, Tasks.until("big", gate).memoryPerDevice(Memory.mib(60_000)).build());
        FARM.disconnect("gpu-02");
        FARM.awaitNode("gpu-02", node -> node.state() != NodeInfo.State.READY, PATIENCE);
        assertThat(task.info().status()).isEqualTo(TaskStatus.RUNNING);
        TaskHandle next =
                meow.submit(
                        ProcTask.builder("next")
                                .command("true")
                                .memoryPerDevice(Memory.mib(70_000))
                                .build());
        assertThat(next.info().status()).isEqualTo(TaskStatus.WAITING);

        Tasks.touch(gate);
        FARM.reconnect("gpu-02");

        assertThat(task.await(PATIENCE).isDone()).isTrue();
        assertThat(next.await(PATIENCE).node()).isEqualTo("gpu-02");
    }

    @Test
    void cardsThatOthersUseAreNotGivenOut() throws Exception {
        FARM.othersUse("gpu-02", 0, 50_000);
        FARM.awaitNode(
                "gpu-02", node -> node.devices().getFirst().externalMib() == 50_000, PATIENCE);
        TaskHandle task =
                meow.submit(
                        ProcTask.builder("patient")
                                .command("true")
                                .memoryPerDevice(Memory.mib(60_000))
                                .build());
        assertThat(task.info().status()).isEqualTo(TaskStatus.WAITING);
        assertThat(task.explain().vetoes()).isNotEmpty();

        FARM.othersUse("gpu-02", 0, 0);

        assertThat(task.await(PATIENCE).isDone()).isTrue();
    }

    @Test
    void awaitNodeSaysWhatItSawInstead() {
        assertThatThrownBy(
                        () -> FARM.awaitNode("gpu-01", NodeInfo::draining, Duration.ofMillis(50)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("gpu-01");
    }

    @Test
    void clientsSurviveBrokenConnections() throws Exception {
        TaskHandle task = Tasks.running(meow, Tasks.until("t", files.resolve("gate")).build());
        var result = task.result();
        FARM.dropConnections();
        Tasks.touch(files.resolve("gate"));
        assertThat(result.get(PATIENCE.toSeconds(), SECONDS).isDone()).isTrue();
    }

    @Test
    void resetForgetsTasksAlsoRunningOnes() throws Exception {
        Tasks.running(
                meow, Tasks.shell("stubborn", "trap '' TERM; sleep 600 & wait; wait").build());
        FARM.reset();
        assertThat(meow.tasks().list()).isEmpty();
        meow.submit(Tasks.shell("stubborn", "true").build()).await(PATIENCE);
    }

    @Test
    void namesAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FARM.disconnect("gpu-03"))
                .withMessageContaining("gpu-01");
        assertThatIllegalArgumentException().isThrownBy(() -> FARM.othersUse("gpu-01", 2, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FARM.othersUse("gpu-01", 0, 30_000))
                .withMessageContaining("24576 MiB");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InProcessMeow.builder().nodes("a", "a").build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InProcessMeow.builder().fakeGpus(0, 1));
        assertThatIllegalStateException()
                .isThrownBy(() -> InProcessMeow.builder().build().client())
                .withMessageContaining("start()");
    }
}
