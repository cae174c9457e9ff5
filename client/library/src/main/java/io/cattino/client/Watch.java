package io.cattino.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something that is being watched; thread-safe.
 *
 * <p>It survives broken connections and changes of leader by itself, and ends when it is closed,
 * when the client is closed, or when the coordinator refuses for good.
 *
 * @param <T> what is delivered
 */
public interface Watch<T> extends AutoCloseable {

    /**
     * Ends the watch; what was already handed to the executor may still be delivered. Does not
     * block, may be repeated.
     */
    @Override
    void close();

    /**
     * Completes when the watch has ended: normally when it was closed, else with the {@link
     * MeowException}.
     */
    CompletableFuture<Void> done();

    /** What was delivered last. */
    Optional<T> last();
}
