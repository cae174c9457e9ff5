package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk of a home gets full: no new tasks while there is little room; without any the server
 * ends and says why, and what runs goes on, with its exit code kept (F15, F16, F34).
 */
class FullDiskIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int DISK_MIB = 32;
    private static final int RESERVE_MIB = 8;
    private static final int MOST = 1_000;
    private static final List<String> OPTIONS =
            List.of("--fake-gpus", "2x24576", "--disk-reserve", RESERVE_MIB + "MiB");

    @RegisterExtension final Farm farm = Farm.empty();

    @Test
    void aFullDiskStopsWhatIsNewAndNothingThatRuns() throws Exception {
        Optional<SmallDisk> possible = SmallDisk.over(farm.home(), DISK_MIB);
        assumeTrue(possible.isPresent(), "needs root, to mount a small disk");
        try (SmallDisk disk = possible.get();
                Gate gate = farm.gate("gate")) {
            Server server = start();
            long pid;
            List<String> accepted = new ArrayList<>();
            try (MeowClient client = Farm.client(server.file())) {
                client.submit(task("runs", gate, 3));
                await("it runs").atMost(LIMIT).until(() -> farm.ledger().start("runs").isPresent());
                pid = client.task("runs").info().pid();

                disk.fill(RESERVE_MIB / 2);
                await("the node says so")
                        .atMost(LIMIT)
                        .until(() ->
                                client.nodes()
                                        .list()
                                        .getFirst()
                                        .troubles()
                                        .equals(List.of("DiskFull")));
                client.submit(task("waits", gate, 0));
                assertThat(farm.meow().run("why", "waits").exits(0).out())
                        .contains("its disk is full");
                assertThat(client.task("runs").info().status()).isEqualTo(TaskStatus.RUNNING);

                disk.fill(0);
                acceptedUntilFull(client, accepted);
            }
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.output()).contains("no room is left on the disk of " + farm.home());
            assertThat(farm.meow().run("create", "true", "-n", "none").exits(5).err())
                    .contains("no room is left on the disk of " + farm.home());

            gate.release(1);
            await("it ends").atMost(LIMIT).until(() -> !Living.is(pid));
            disk.empty();
            Server again = start();
            try (MeowClient client = Farm.client(again.file())) {
                gate.release(1);
                assertThat(client.task("waits").await(LIMIT).status()).isEqualTo(TaskStatus.DONE);
                for (String name : accepted) {
                    assertThat(client.task(name).await(LIMIT).status()).isEqualTo(TaskStatus.DONE);
                }
                TaskInfo ran = client.task("runs").info();
                assertThat(ran.exitCode()).isEqualTo(3);
                assertThat(ran.pid()).isEqualTo(pid);
                assertThat(ran.attempts()).hasSize(1);
            }
            again.terminate();
        }
    }

    /** What has begun on a page of the disk may go on until its end. */
    private void acceptedUntilFull(MeowClient client, List<String> accepted) {
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < MOST; i++) {
                                ProcTask task =
                                        ProcTask.builder("more-" + i).command("true").build();
                                client.submit(task);
                                accepted.add(task.name());
                            }
                        })
                .isInstanceOf(MeowException.Unavailable.class);
    }

    private Server start() {
        return Server.start(farm, farm.port(), farm.port() + 1, OPTIONS);
    }

    private Submission task(String name, Gate gate, int exitCode) {
        return Submission.builder()
                .add(ProcTask.builder(name).command(farm.ledger().work(gate, exitCode)).build())
                .context(farm.context())
                .build();
    }
}
