package io.cattino.cli.follow;

import io.cattino.client.LogKind;
import io.cattino.client.LogStream;
import io.cattino.client.MeowClient;
import java.util.OptionalInt;

/**
 * Which part of a log is wanted.
 *
 * @param tail so many lines before the end as of now; empty: all
 */
record LogRange(OptionalInt tail) {

    /** All of it. */
    static final LogRange ALL = new LogRange(OptionalInt.empty());

    private static final long FIRST_BYTES = 16L * 1024;

    /** Finds out where the wanted lines begin. */
    Tail newTail() {
        return new Tail(tail.orElseThrow());
    }

    /** The byte at which it begins. */
    long start(MeowClient client, String fullname, LogKind kind, int attempt) {
        if (tail.isEmpty()) {
            return 0;
        }
        for (long bytes = FIRST_BYTES; ; bytes *= 8) {
            try (LogStream log = client.log(fullname, kind).attempt(attempt).tail(bytes)) {
                Tail end = newTail();
                long from = -1;
                for (byte[] data = log.read(); data != null; data = log.read()) {
                    long at = log.offset() - data.length;
                    from = from < 0 ? at : from;
                    end.add(data, at);
                }
                if (from <= 0 || end.isComplete()) {
                    return end.start(Math.max(0, from));
                }
            }
        }
    }

    /** Where the last lines begin, found while the bytes go by. */
    static final class Tail {
        private final long[] starts;
        private long lines;
        private long end;
        private boolean open;

        /** The start of one line more than wanted shows that the first one wanted is whole. */
        Tail(int wanted) {
            this.starts = new long[wanted + 1];
        }

        void add(byte[] data, long at) {
            for (int i = 0; i < data.length; i++) {
                if (!open) {
                    starts[(int) (lines++ % starts.length)] = at + i;
                }
                open = data[i] != '\n';
            }
            end = at + data.length;
        }

        boolean isComplete() {
            return lines >= starts.length;
        }

        long start(long from) {
            int wanted = starts.length - 1;
            if (wanted == 0) {
                return Math.max(from, end);
            }
            return isComplete() ? starts[(int) ((lines - wanted) % starts.length)] : from;
        }
    }
}
