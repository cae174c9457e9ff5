package io.cattino.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LanesTest {

    @Test
    void goesOnAfterAnError() throws InterruptedException {
        Lanes lanes = new Lanes();
        AttemptId id = new AttemptId(1, 1, 1);
        AtomicBoolean ran = new AtomicBoolean();
        lanes.run(
                id,
                () -> {
                    throw new StackOverflowError();
                });
        lanes.run(id, () -> ran.set(true));
        assertThat(lanes.awaitIdle(Duration.ofSeconds(60))).isTrue();
        assertThat(ran).isTrue();
    }
}
