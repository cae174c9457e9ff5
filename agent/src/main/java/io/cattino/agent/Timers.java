package io.cattino.agent;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent does again and again, each thing on a thread of its own: one that hangs stops no
 * other.
 *
 * @param closer ends them
 */
record Timers(Closer closer) {

    private static final Logger LOG = LoggerFactory.getLogger(Timers.class);

    private static final long CLOSE_SECONDS = 10;

    /** Does it every so many milliseconds, whatever it throws. */
    void every(String name, long millis, Runnable work) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name(name).factory());
        closer.add(
                name,
                () -> {
                    timer.shutdown();
                    if (!timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                        LOG.warn("still_busy what={}", name);
                    }
                });
        var _ =
                timer.scheduleAtFixedRate(
                        () -> {
                            try {
                                work.run();
                            } catch (RuntimeException e) {
                                LOG.error("timer_failed name={}", name, e);
                            }
                        },
                        millis,
                        millis,
                        TimeUnit.MILLISECONDS);
    }
}
