package io.cattino.agent.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;

/**
 * Milliseconds since the boot, the time that the machine was suspended included. It never goes
 * back, and all processes read the same. Thread-safe.
 */
@FunctionalInterface
public interface BootClock {

    /** Now. */
    long millis();

    /**
     * That of this machine.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    static BootClock system() {
        try {
            return new Uptime(new RandomAccessFile("/proc/uptime", "r"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@code /proc/uptime}, in hundredths. The file stays open, so that too many open files do not
     * stop the clock; and it is no channel, which an interrupt would close.
     */
    final class Uptime implements BootClock {

        private static final int LONGEST = 64;

        private final RandomAccessFile file;

        private Uptime(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public synchronized long millis() {
            byte[] text = new byte[LONGEST];
            int length;
            try {
                file.seek(0);
                length = file.read(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String line = new String(text, 0, Math.max(0, length), US_ASCII);
            int dot = line.indexOf('.');
            return Long.parseLong(line, 0, dot, 10) * 1_000
                    + Long.parseLong(line, dot + 1, dot + 3, 10) * 10;
        }
    }
}
