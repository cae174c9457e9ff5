package io.cattino.coordinator.loop;

import io.cattino.coordinator.core.Input;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Time;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Something for the owner of the core to do, and what is completed by it. */
public sealed interface Letter {
    CompletableFuture<?> answer();

    /** An input, made from the time that is stamped on it. */
    record Ask(Function<Time, Input> input, CompletableFuture<Reply> answer) implements Letter {}

    /** A look at the state. */
    record Look<T>(Function<View, T> query, CompletableFuture<T> answer) implements Letter {
        Runnable at(View view) {
            T result = query.apply(view);
            return () -> answer.complete(result);
        }
    }
}
