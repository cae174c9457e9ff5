package io.cattino.cli.follow;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where the bytes of a log go. */
public interface LogSink {

    /** The next bytes. */
    void write(byte[] data);

    /** Something else follows: a line that is not complete gets its end. */
    void end();

    /** As they are. */
    static LogSink raw(PrintStream out, boolean toPeople) {
        return new LogSink() {
            private boolean inLine;

            @Override
            public void write(byte[] data) {
                out.write(data, 0, data.length);
                out.flush();
                inLine = data.length == 0 ? inLine : data[data.length - 1] != '\n';
            }

            @Override
            public void end() {
                if (inLine && toPeople) {
                    out.println();
                    out.flush();
                    inLine = false;
                }
            }
        };
    }

    /** Whole lines, each behind a prefix; several may share a stream. */
    static LogSink prefixed(PrintStream out, String prefix) {
        return new LogSink() {
            private final ByteArrayOutputStream line = new ByteArrayOutputStream();

            @Override
            public void write(byte[] data) {
                for (byte b : data) {
                    if (b == '\n') {
                        put();
                    } else {
                        line.write(b);
                    }
                }
            }

            @Override
            public void end() {
                if (line.size() > 0) {
                    put();
                }
            }

            private void put() {
                byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
                byte[] rest = line.toByteArray();
                byte[] whole = new byte[start.length + rest.length + 1];
                System.arraycopy(start, 0, whole, 0, start.length);
                System.arraycopy(rest, 0, whole, start.length, rest.length);
                whole[whole.length - 1] = '\n';
                out.write(whole, 0, whole.length);
                out.flush();
                line.reset();
            }
        };
    }
}
