package io.cattino.coordinator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.coordinator.core.Effect;
import io.cattino.coordinator.core.model.AttemptId;
import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.ContactLoss;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.DeviceNeed;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.NodeId;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.wire.Durations;
import io.cattino.proto.v1.SessionResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OrdersTest {
    private static final TaskSpec SPEC =
            new TaskSpec(
                    "a",
                    new Command(List.of("true"), false),
                    new DeviceNeed.None(),
                    0,
                    1,
                    new TreeMap<>(),
                    new TreeMap<>(),
                    null,
                    LossPolicy.UNSAID);

    private final Orders orders = new Orders(() -> "c:1", Duration.ofSeconds(30));

    /** Whether the context went before the launch. */
    private boolean puts(int context) {
        Effect launch =
                new Effect.Launch(
                        new NodeId("n"),
                        new AttemptId(new TaskId(1), 1, 1),
                        SPEC,
                        new Context("c" + context, "/", new TreeMap<>(), 18, "", "ada", "ws1"),
                        "/runs/1",
                        List.of(),
                        List.of(),
                        Optional.of(new ContactLoss(300_000, false)));
        List<SessionResponse.Builder> messages = orders.messages(launch);
        assertThat(messages.getLast().getLaunch().getFenceAfter())
                .isEqualTo(Durations.ofMillis(270_000));
        return messages.size() == 2 && messages.getFirst().hasPutContext();
    }

    /** Agents keep 16, and the one put first goes first, however often it was used. */
    @Test
    void whatAnAgentNoLongerHasIsPutAgain() {
        for (int i = 0; i < 16; i++) {
            assertThat(puts(i)).isTrue();
            assertThat(puts(0)).isEqualTo(false);
        }
        assertThat(puts(16)).isTrue();
        assertThat(puts(1)).isFalse();
        assertThat(puts(0)).isTrue();
        assertThat(puts(1)).isTrue();
        assertThat(puts(16)).isFalse();
    }
}
