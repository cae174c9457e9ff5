package io.cattino.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AttemptId;
import io.cattino.agent.core.AttemptResult;
import io.cattino.agent.core.End;
import io.cattino.agent.core.LaunchFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTest {

    private static final AttemptId ID = new AttemptId(1, 2, 3);

    @ParameterizedTest
    @EnumSource(LaunchFailure.class)
    void everyFailureComesBackFromDisk(LaunchFailure failure) {
        End end = new End(new AttemptResult.LaunchFailed(failure, "text", "hint"), 5_000, 0);
        assertThat(Wire.end(Wire.keptEnd(ID, end))).isEqualTo(end);
    }

    @Test
    void cutsLongTextsBetweenCharacters() {
        End end = new End(new AttemptResult.Vanished("x".repeat(255) + "🐱🐱"), 5_000, 0);
        assertThat(Wire.keptEnd(ID, end).getEnded().getReason().getText())
                .isEqualTo("x".repeat(255));
    }
}
