package io.cattino.agent.probe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a driver is asked that may hold whoever asks for ever: one thread of its own. Who waits for
 * an answer waits for a bounded time, and as long as one answer is overdue nothing more is asked.
 * More than that one thread is never stuck. Used by one thread at a time.
 */
public final class DriverThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DriverThread.class);

    private final String driver;
    private final Duration patience;
    private final ExecutorService thread;
    private @Nullable Future<?> overdue;

    /**
     * @param driver its name, for logs
     * @param patience how long an answer may take
     */
    public DriverThread(String driver, Duration patience) {
        this.driver = driver;
        this.patience = patience;
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("agent-" + driver).factory());
    }

    /**
     * Asks it.
     *
     * @return empty if there is no answer in time
     * @throws IllegalStateException if asking it failed: a bug
     */
    public <T> Optional<T> ask(Callable<T> question) {
        if (overdue != null) {
            if (!overdue.isDone()) {
                return Optional.empty();
            }
            overdue = null;
            LOG.info("{}_answers_again", driver);
        }
        Future<T> answer = thread.submit(question);
        try {
            return Optional.of(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            overdue = answer;
            LOG.error(
                    "{}_hangs: no answer within {} ms; nothing new is placed on this node's cards"
                            + " until there is one. See what dmesg says",
                    driver,
                    patience.toMillis());
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the cards of " + driver + " could not be measured", e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Does not wait: what hangs is left to the process's end. From any thread. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
