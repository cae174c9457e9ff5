package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Proves what planned stops do: a signal leaves the tasks running and says so, {@code exit} ends
 * them and keeps what waits (F02).
 */
class ServerStoppedIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension final Farm farm = Farm.running("--slots", "2");

    @Test
    void aSignalLeavesTasksRunningAndExitCancelsThemAndKeepsTheWaitingOnes() throws Exception {
        try (Gate gate = farm.gate("gate")) {
            Submission.Builder tasks = Submission.builder().context(farm.context());
            for (String name : List.of("one", "two", "three")) {
                tasks.add(ProcTask.builder(name).command(farm.ledger().work(gate, 0)).build());
            }
            farm.client().submit(tasks.build());
            await().atMost(LIMIT).until(() -> running().size() == 2);
            List<Long> pids = running().stream().map(TaskInfo::pid).toList();

            assertThat(farm.server().terminate()).as("exit code after TERM").isIn(0, 143);
            assertThat(pids).allMatch(Living::is);
            assertThat(farm.server().output()).contains("2 tasks run on");
            assertThat(ServerFile.read(farm.home())).as("server.json after a clean end").isEmpty();
            farm.restart();
            await("they are re-attached").atMost(LIMIT).until(() -> running().size() == 2);
            assertThat(running()).extracting(TaskInfo::pid).containsExactlyElementsOf(pids);

            farm.meow().run("exit", "-y").exits(0);
            assertThat(farm.server().awaitExit()).isZero();
            assertThat(pids).noneMatch(Living::is);
            farm.restart();
            for (String name : List.of("one", "two")) {
                TaskInfo task = farm.client().task(name).info();
                assertThat(task.status()).as(name).isEqualTo(TaskStatus.CANCELLED);
                assertThat(task.reason().code()).as(name).isEqualTo("ServerExit");
            }
            gate.release(1);
            assertThat(farm.client().task("three").await(LIMIT).isDone()).isTrue();
            assertThat(farm.ledger().starts().values())
                    .allSatisfy(starts -> assertThat(starts).hasSize(1));
        }
    }

    @Test
    void exitByForceEndsAServerThatDoesNotAnswerAndLeavesItsTasks() throws Exception {
        try (Gate gate = farm.gate("gate")) {
            farm.client()
                    .submit(
                            Submission.builder()
                                    .context(farm.context())
                                    .add(
                                            ProcTask.builder("one")
                                                    .command(farm.ledger().work(gate, 0))
                                                    .build())
                                    .build());
            await().atMost(LIMIT).until(() -> running().size() == 1);
            long pid = running().getFirst().pid();
            farm.server().freeze();

            Meow.Result killed = farm.meow().run("exit", "-f", "-y").exits(0);
            assertThat(killed.err()).contains("Killed ", "(PID %d)".formatted(farm.server().pid()));
            var _ = farm.server().awaitExit();
            assertThat(Living.is(pid)).isTrue();
            String there = "localhost:" + farm.server().file().grpcPort();
            farm.meow().run("exit", "-f", "-y", "-H", there).exits(5);
            farm.restart();
            await("it is re-attached").atMost(LIMIT).until(() -> running().size() == 1);
            assertThat(running().getFirst().pid()).isEqualTo(pid);
            gate.release(1);
            assertThat(farm.client().task("one").await(LIMIT).isDone()).isTrue();
        }
    }

    private List<TaskInfo> running() {
        return farm.client().tasks().statuses(TaskStatus.RUNNING).list();
    }
}
