package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.DeviceShare;
import io.cattino.client.Force;
import io.cattino.client.MeowClient;
import io.cattino.client.ProcTask;
import io.cattino.client.TaskHandle;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A task of two cards gets two that reach each other fast, although others come first. */
class NearCardsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @RegisterExtension
    static final Farm FARM = Farm.running("--fake-gpus", "4x24576~2", "--name", "gpu-01");

    private static ProcTask.Builder task(String name, int cards) {
        return ProcTask.builder(name).minDevices(cards);
    }

    @Test
    void cardsThatReachEachOtherFastAreGivenTogether() throws Exception {
        MeowClient client = FARM.client();
        TaskHandle first = client.submit(task("first", 1).command("sleep", "1000").build());
        await("it runs").atMost(LIMIT).until(() -> first.info().status() == TaskStatus.RUNNING);
        TaskHandle pair = client.submit(task("pair", 2).command("true").build());
        assertThat(pair.await(LIMIT).isDone()).isTrue();
        assertThat(pair.info().newestAttempt().orElseThrow().devices())
                .extracting(DeviceShare::index)
                .containsExactly(2, 3);
        first.kill(Force.YES);
    }
}
