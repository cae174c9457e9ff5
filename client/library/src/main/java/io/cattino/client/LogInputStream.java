package io.cattino.client;

import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A log as the JDK reads bytes. One thread. */
final class LogInputStream extends InputStream {

    private final LogStream log;
    private byte @Nullable [] data = {};
    private int next;

    LogInputStream(LogStream log) {
        this.log = log;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        while (data != null && next == data.length) {
            data = log.read();
            next = 0;
        }
        if (data == null) {
            return -1;
        }
        int count = Math.min(length, data.length - next);
        System.arraycopy(data, next, target, offset, count);
        next += count;
        return count;
    }

    @Override
    public void close() {
        log.close();
    }
}
