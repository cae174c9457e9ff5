package io.cattino.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was opened, last first, all of it whatever happens. One thread at a time. */
final class Closer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

    private record Part(String name, AutoCloseable resource) {}

    private final Deque<Part> parts = new ArrayDeque<>();

    void add(String name, AutoCloseable resource) {
        parts.push(new Part(name, resource));
    }

    @Override
    public void close() {
        boolean interrupted = false;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.resource().close();
            } catch (InterruptedException e) {
                // Remembered, not restored yet: the parts that are left must be able to wait.
                interrupted = true;
                LOG.warn("interrupted while closing part={}", part.name(), e);
            } catch (Exception e) {
                LOG.warn("did not close cleanly part={}", part.name(), e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
