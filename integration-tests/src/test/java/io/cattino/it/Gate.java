package io.cattino.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Holds tasks back until the test lets them go: a FIFO from which each waiting task reads one line.
 * It costs a waiting task nothing, and a test that dies lets all of them go.
 */
final class Gate implements AutoCloseable {
    private final Path fifo;
    private final RandomAccessFile open;

    private Gate(Path fifo, RandomAccessFile open) {
        this.fifo = fifo;
        this.open = open;
    }

    static Gate make(Path fifo) {
        try {
            Process mkfifo = new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start();
            if (mkfifo.waitFor() != 0) {
                throw new IllegalStateException("mkfifo failed for " + fifo);
            }
            // Open in both directions: neither we nor the tasks ever wait for a partner.
            return new Gate(fifo, new RandomAccessFile(fifo.toFile(), "rw"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Path path() {
        return fifo;
    }

    /** Lets that many tasks go, now or when they come. */
    void release(int tasks) {
        try {
            open.write("\n".repeat(tasks).getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
