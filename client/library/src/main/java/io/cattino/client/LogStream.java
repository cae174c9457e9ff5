package io.cattino.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.client.internal.Library;
import io.cattino.client.internal.LogReader;
import io.cattino.client.internal.LogStart;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log of one attempt. Set it up ({@link #follow}, {@link #tail}, {@link #tailLines}, {@link
 * #since}, {@link #from}, {@link #attempt}), then read it once, by {@link #lines}, {@link
 * #transferTo} or {@link #read}, from one thread; {@link #close} may come from any.
 *
 * <p>A broken connection is taken up again at the byte where it broke. Reading throws a {@link
 * MeowException} if the task or the log is not there, or the coordinator stays away for longer than
 * the client's retries last.
 */
public final class LogStream implements AutoCloseable {

    private final Library library;
    private final String fullname;
    private final LogKind kind;
    private boolean follow;
    private int attempt;
    private LogStart start = LogStart.at(0);
    private volatile @Nullable LogReader reader;
    private volatile boolean closed;

    LogStream(Library library, String fullname, LogKind kind) {
        this.library = library;
        this.fullname = fullname;
        this.kind = kind;
    }

    /**
     * Goes on until the attempt has ended and all of its log was read; default: until the end as of
     * now.
     */
    @CanIgnoreReturnValue
    public LogStream follow() {
        this.follow = true;
        return this;
    }

    /**
     * The attempt to read; default: the newest when reading starts.
     *
     * @param number from 1
     * @throws IllegalArgumentException if below 1
     */
    @CanIgnoreReturnValue
    public LogStream attempt(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("attempts count from 1, not " + number);
        }
        this.attempt = number;
        return this;
    }

    /**
     * Begins at this byte; default: 0, the first.
     *
     * @throws IllegalArgumentException if negative
     */
    @CanIgnoreReturnValue
    public LogStream from(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is 0 or more, not " + offset);
        }
        this.start = LogStart.at(offset);
        return this;
    }

    /**
     * Begins that many bytes before the end as of now, or at the start of a shorter log.
     *
     * @throws IllegalArgumentException unless above 0
     */
    @CanIgnoreReturnValue
    public LogStream tail(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a tail is at least 1 byte, not " + bytes);
        }
        this.start = LogStart.at(-bytes);
        return this;
    }

    /**
     * Begins that many lines before the end as of now, or at the start of a shorter log; 0: with
     * what is written from now on. With {@link #since} as well, at the later of the two.
     *
     * @throws IllegalArgumentException if negative
     */
    @CanIgnoreReturnValue
    public LogStream tailLines(long lines) {
        if (lines < 0) {
            throw new IllegalArgumentException("a tail is 0 lines or more, not " + lines);
        }
        this.start = new LogStart(0, lines, start.since());
        return this;
    }

    /**
     * Begins with the first line written since then, by the clock of the node: at most a second too
     * early, or by what was written while no agent ran there. With {@link #tailLines} as well, at
     * the later of the two.
     */
    @CanIgnoreReturnValue
    public LogStream since(Instant time) {
        this.start = new LogStart(0, start.tailLines(), time);
        return this;
    }

    /**
     * The next bytes, at most 64 KiB; blocks until there are some.
     *
     * @return null at the end, or when the stream was closed
     */
    public byte @Nullable [] read() {
        return reader().next();
    }

    /**
     * Writes the rest to a stream and flushes it after each piece.
     *
     * @return the number of bytes written
     * @throws IOException if {@code out} does
     */
    @CanIgnoreReturnValue
    public long transferTo(OutputStream out) throws IOException {
        long count = 0;
        for (byte[] data = read(); data != null; data = read()) {
            out.write(data);
            out.flush();
            count += data.length;
        }
        return count;
    }

    /**
     * The rest, line by line, without line ends, read as it is consumed; bytes that are no UTF-8
     * become U+FFFD.
     */
    public Stream<String> lines() {
        return new BufferedReader(new InputStreamReader(inputStream(), StandardCharsets.UTF_8))
                .lines()
                .onClose(this::close);
    }

    /** The rest as a stream of bytes; closing it closes this. */
    public InputStream inputStream() {
        return new LogInputStream(this);
    }

    /** Number of the attempt being read; 0 before the first bytes came. */
    public int attempt() {
        LogReader opened = reader;
        return opened == null ? 0 : opened.attempt();
    }

    /**
     * The byte after the last one read, counted from the start of the log: where {@link #from}
     * would go on.
     */
    public long offset() {
        LogReader opened = reader;
        return opened == null ? Math.max(0, start.offset()) : opened.offset();
    }

    /**
     * How many bytes were passed over so far because the node has them no more: of a log beyond the
     * node's cap, the beginning and the end are kept. Grows with the {@link #read} that returns
     * what came behind them.
     */
    public long dropped() {
        LogReader opened = reader;
        return opened == null ? 0 : opened.dropped();
    }

    /** Whether the attempt has ended and all of its log was read. */
    public boolean ended() {
        LogReader opened = reader;
        return opened != null && opened.ended();
    }

    /** Ends reading; a read that is blocked returns the end. May be repeated. */
    @Override
    public void close() {
        closed = true;
        LogReader opened = reader;
        if (opened != null) {
            opened.close();
        }
    }

    private LogReader reader() {
        LogReader opened = reader;
        if (opened == null) {
            opened = library.logReader(fullname, kind, attempt, start, follow);
            reader = opened;
            if (closed) {
                opened.close();
            }
        }
        return opened;
    }
}
