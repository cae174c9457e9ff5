package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A command that runs on a terminal of its own: keys can be typed, and what it shows can be waited
 * for. Keys show as they do to people: {@code ^C}, {@code y}.
 */
final class Terminal {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Meow.Started running;
    private final int columns;

    Terminal(Meow.Started running, int columns) {
        this.running = running;
        this.columns = columns;
    }

    int columns() {
        return columns;
    }

    /** Types keys. */
    @CanIgnoreReturnValue
    Terminal type(String keys) {
        try {
            running.input().write(keys.getBytes(UTF_8));
            running.input().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Types ^C. */
    @CanIgnoreReturnValue
    Terminal interrupt() {
        return type("\003");
    }

    /** What it shows now. */
    Screen screen() {
        return Screen.after(running.out(), columns);
    }

    /** Waits until it shows that text. */
    @CanIgnoreReturnValue
    Terminal awaitText(String text) {
        try {
            await("the terminal shows '" + text + "'")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast(
                            "it ended without '" + text + "'",
                            () -> !running.isAlive() && !screen().toString().contains(text))
                    .until(() -> screen().toString().contains(text));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "; it shows:\n" + screen(), e);
        }
        return this;
    }

    /** Waits for its end. */
    Meow.Result result() {
        return running.result();
    }
}
