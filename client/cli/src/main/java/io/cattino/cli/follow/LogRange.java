package io.cattino.cli.follow;

import io.cattino.client.LogStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which part of a log is wanted.
 *
 * @param tail so many lines before the end as of now; empty: all
 * @param since what was written since then; empty: all
 */
record LogRange(OptionalInt tail, Optional<Instant> since) {

    /** All of it. */
    static final LogRange ALL = new LogRange(OptionalInt.empty(), Optional.empty());

    /** Has a log that was not read yet begin there. */
    void begin(LogStream log) {
        tail.ifPresent(log::tailLines);
        since.ifPresent(log::since);
    }
}
