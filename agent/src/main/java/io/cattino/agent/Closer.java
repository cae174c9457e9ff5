package io.cattino.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was opened, last first; one failure does not keep the others open. */
final class Closer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    private final Deque<Entry> entries = new ArrayDeque<>();

    private record Entry(String name, Step step) {}

    /** Closes one thing. */
    interface Step {
        void run() throws Exception;
    }

    void add(String name, Step step) {
        entries.push(new Entry(name, step));
    }

    @Override
    public void close() {
        boolean interrupted = false;
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.step().run();
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (Exception e) {
                LOG.warn("close_failed what={}", entry.name(), e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
