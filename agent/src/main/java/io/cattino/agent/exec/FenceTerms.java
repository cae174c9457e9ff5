package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptResult;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * By what a node's fence kills an attempt.
 *
 * @param afterMs milliseconds since the node's last lease
 * @param launchedMs of the clock that fences go by, for as long as there was no lease
 * @param look asked just before anything is started; why it must not be; may block for seconds
 */
public record FenceTerms(long afterMs, long launchedMs, Supplier<Optional<AttemptResult>> look) {

    Optional<AttemptResult> refusal() {
        return look.get();
    }

    /** {@code 270 s}, {@code 1.5 s}. */
    public static String seconds(long millis) {
        return millis % 1_000 == 0
                ? millis / 1_000 + " s"
                : "%d.%d s".formatted(millis / 1_000, millis % 1_000 / 100);
    }
}
