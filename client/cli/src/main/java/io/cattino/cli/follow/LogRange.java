package io.cattino.cli.follow;

import io.cattino.client.LogStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which part of a log is wanted.
 *
 * @param tail so many lines before the end as of now; empty: all
 * @param since what was written since then; empty: all
 * @param from what begins at this byte, whatever the others say; empty: all
 */
record LogRange(OptionalInt tail, Optional<Instant> since, OptionalLong from) {

    /** All of it. */
    static final LogRange ALL = new LogRange(OptionalInt.empty(), Optional.empty());

    LogRange(OptionalInt tail, Optional<Instant> since) {
        this(tail, since, OptionalLong.empty());
    }

    /** From that byte on. */
    static LogRange from(long offset) {
        return new LogRange(OptionalInt.empty(), Optional.empty(), OptionalLong.of(offset));
    }

    /** Has a log that was not read yet begin there. */
    void begin(LogStream log) {
        tail.ifPresent(log::tailLines);
        since.ifPresent(log::since);
        from.ifPresent(log::from);
    }
}
