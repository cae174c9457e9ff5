package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What the shells (gRPC, HTTP, agent sessions) may ask of the leading core. Any thread. Futures
 * complete on the loop's completion thread: continue elsewhere with anything that blocks.
 *
 * <p>A future fails with {@link LeaderException}: OVERLOADED (nothing happened; try later) or
 * NOT_LEADING (unknown whether it happened; ask the new leader under the same request id).
 */
public interface Leader {
    /** Number of this leadership. */
    long epoch();

    /**
     * Whether it knew at most 2 s ago that it leads: only then may it vouch for anything that
     * outlives this leadership.
     */
    boolean isSure();

    /**
     * Hands in an input; the reply comes when it and everything before it is durable.
     *
     * @param input made from the time that the loop stamps on it
     */
    CompletableFuture<Reply> submit(Sender sender, Function<Time, Input> input);

    /**
     * Reads the state on the loop's thread: be quick, touch nothing afterwards. The answer comes
     * when every batch appended before it is durable: nobody sees what could still be lost.
     */
    <T> CompletableFuture<T> read(Function<View, T> query);

    /**
     * Durable changes, in the order of their revisions.
     *
     * @throws LeaderException NOT_LEADING, if nobody leads here
     */
    EventFeed events();

    /** What was last known here, while nobody is known to lead; empty otherwise. */
    default Optional<LastKnown> lastKnown() {
        return Optional.empty();
    }
}
