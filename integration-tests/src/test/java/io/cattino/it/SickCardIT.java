package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.DeviceShare;
import io.cattino.client.Force;
import io.cattino.client.Memory;
import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A card falls sick: nothing new comes to it and whoever asks is told why, what runs on it goes on,
 * the other card takes tasks; when it is well it is used again (F46).
 */
class SickCardIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String WHY = "Xid 79: the GPU has fallen off the bus";

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
                        List.of("--fake-gpus", "2x24576@" + state));
    }

    @AfterAll
    static void stop() {
        server.terminate();
    }

    private static ProcTask.Builder task(String name, int cards) {
        return ProcTask.builder(name)
                .command("true")
                .minDevices(cards)
                .memoryPerDevice(Memory.mib(8_000));
    }

    private static void awaitOutput(String text, String... command) {
        await(text)
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(FARM.meow().run(command).out()).contains(text));
    }

    private static void fallSick(int card) throws IOException {
        Files.writeString(state, card + " sick " + WHY + "\n");
        awaitOutput(
                "{\"index\":" + card + ",\"state\":\"sick\",\"health\":\"" + WHY + "\"}", gpus());
    }

    private static String[] gpus() {
        return new String[] {"gpus", "--json=index,state,health"};
    }

    private static int cardOf(TaskHandle task) {
        List<DeviceShare> devices = task.info().newestAttempt().orElseThrow().devices();
        assertThat(devices).hasSize(1);
        return devices.getFirst().index();
    }

    @Test
    void nothingNewComesToASickCardUntilItIsWell() throws Exception {
        try (MeowClient client = Farm.client(server.file())) {
            TaskHandle runs = client.submit(task("runs", 1).command("sleep", "1000").build());
            await("it runs").atMost(LIMIT).until(() -> runs.info().status() == TaskStatus.RUNNING);
            int sick = cardOf(runs);
            fallSick(sick);

            TaskHandle other = client.submit(task("other", 1).build());
            assertThat(other.await(LIMIT).isDone()).isTrue();
            assertThat(cardOf(other)).isEqualTo(1 - sick);

            TaskHandle both = client.submit(task("both", 2).build());
            awaitOutput("device " + sick + " is sick: " + WHY, "why", "both");
            assertThat(both.info().reason().code()).isEqualTo("DeviceSick");
            assertThat(FARM.meow().run("nodes", "--json=devices").out()).contains(WHY);
            assertThat(runs.info().status()).isEqualTo(TaskStatus.RUNNING);

            Files.writeString(state, "");
            assertThat(both.await(LIMIT).isDone()).isTrue();
            assertThat(runs.info().status()).isEqualTo(TaskStatus.RUNNING);
            runs.kill(Force.YES);
        }
    }
}
