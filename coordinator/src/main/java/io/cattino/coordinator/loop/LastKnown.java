package io.cattino.coordinator.loop;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.coordinator.core.View;
import java.time.Duration;
import java.util.function.Function;

/**
 * The last durable state that this process knew of, once nobody changes it any more: what may still
 * be read, as of then, while nobody leads. Any thread.
 */
public final class LastKnown {
    @GuardedBy("this")
    private final View view;

    private final long trueNanos;

    /**
     * @param view nobody else's from here on
     * @param trueNanos when it was known to be the newest, of {@link System#nanoTime}
     */
    public LastKnown(View view, long trueNanos) {
        this.view = view;
        this.trueNanos = trueNanos;
    }

    /** How long ago it was known to be the newest. */
    public Duration age() {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - trueNanos));
    }

    /** One at a time, as a loop would: a view may remember what it was asked. */
    public synchronized <T> T read(Function<View, T> query) {
        return query.apply(view);
    }
}
