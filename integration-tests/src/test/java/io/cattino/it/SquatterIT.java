package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.Memory;
import io.cattino.client.ProcTask;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A process that Cattino did not start takes memory of a card: tasks wait, whoever asks is told who
 * it is, and they start when it is gone (F45). Nothing starts on a card whose driver is in trouble
 * (F47).
 */
class SquatterIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static Path state;

    @RegisterExtension static final Farm FARM = Farm.empty();

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        state = FARM.path("cards");
        Files.writeString(state, "");
        server =
                Server.start(
                        FARM,
                        FARM.port(),
                        FARM.port() + 1,
                        List.of("--fake-gpus", "1x24576@" + state));
    }

    @AfterAll
    static void stop() {
        server.terminate();
    }

    @Test
    void aTaskWaitsForAProcessThatIsNobodysAndItsOwnerIsNamed() throws Exception {
        Process squatting = new ProcessBuilder("sleep", "1000").start();
        try (var client = Farm.client(server.file())) {
            Files.writeString(state, "0 20000 " + squatting.pid() + "\n");
            await("it is seen")
                    .atMost(LIMIT)
                    .until(() -> FARM.meow().run("gpus").out().contains("\t20000\t0\t20000\t"));
            TaskHandle waits =
                    client.submit(
                            ProcTask.builder("waits")
                                    .command("true")
                                    .memoryPerDevice(Memory.mib(8_000))
                                    .build());
            String who =
                    "sleep, PID %d of %s"
                            .formatted(
                                    squatting.pid(),
                                    Files.getOwner(Path.of("/proc/self")).getName());
            await("the reason is told")
                    .atMost(LIMIT)
                    .until(() -> FARM.meow().run("why", "waits").out().contains(who));
            assertThat(waits.info().status()).isEqualTo(TaskStatus.WAITING);
            assertThat(waits.info().reason().code()).isEqualTo("External");
            assertThat(FARM.meow().run("gpus", "--json=squatters").exits(0).out())
                    .contains("\"pid\":" + squatting.pid(), "\"command\":\"sleep\"");

            squatting.destroyForcibly().waitFor();
            assertThat(waits.await(LIMIT).isDone()).isTrue();
        } finally {
            squatting.destroyForcibly();
        }
    }

    @Test
    void aTaskThatComesInTheSameMomentDoesNotStartBesideIt() throws Exception {
        Process squatting = new ProcessBuilder("sleep", "1000").start();
        try (var client = Farm.client(server.file())) {
            ProcTask task =
                    ProcTask.builder("comes")
                            .command(FARM.ledger().work())
                            .memoryPerDevice(Memory.mib(8_000))
                            .build();
            Files.writeString(state, "0 20000 " + squatting.pid() + "\n");
            TaskHandle comes = client.submit(task); // the leader has not seen it yet, or just so
            await("it is known")
                    .atMost(LIMIT)
                    .until(() -> comes.info().reason().code().equals("External"));
            assertThat(FARM.ledger().start("comes")).isEmpty();

            squatting.destroyForcibly().waitFor();
            assertThat(comes.await(LIMIT).isDone()).isTrue();
        } finally {
            squatting.destroyForcibly();
        }
    }

    @Test
    void aCardThatCannotBeMeasuredTakesNothingNew() throws Exception {
        try (var client = Farm.client(server.file())) {
            Files.writeString(state, "what a driver in trouble says");
            await("it is seen")
                    .atMost(LIMIT)
                    .until(() -> FARM.meow().run("gpus").out().contains("\tunmeasured\t"));
            TaskHandle waits =
                    client.submit(
                            ProcTask.builder("blind")
                                    .command("true")
                                    .memoryPerDevice(Memory.mib(8_000))
                                    .build());
            await("the reason is told")
                    .atMost(LIMIT)
                    .until(() -> waits.info().reason().code().equals("Unmeasured"));
            Files.writeString(state, "");
            assertThat(waits.await(LIMIT).isDone()).isTrue();
        }
    }
}
