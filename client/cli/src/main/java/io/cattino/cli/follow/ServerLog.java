package io.cattino.cli.follow;

import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.server.LocalServer;
import io.cattino.cli.session.Session;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What this host's server prints. */
final class ServerLog {

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int PIECE = 64 * 1024;

    private final Session session;

    ServerLog(Session session) {
        this.session = session;
    }

    /** Writes it; goes on until the server has ended if {@code follow}. */
    Exit show(LogRange range, boolean follow) {
        if (!isOwn()) {
            throw Failure.later("the log of a server that is not this host's own");
        }
        Path file = session.home().log();
        LogSink sink = LogScreen.of(session.output()).sink(LogSink.Look.ALONE);
        String leaving = "Left the log; the server goes on. Stop it: meow exit";
        try (InputStream log = Files.newInputStream(file);
                Leaving _ = Leaving.say(session.output(), leaving)) {
            log.skipNBytes(start(range, file));
            boolean runs = follow;
            while (true) {
                for (byte[] data = log.readNBytes(PIECE);
                        data.length > 0;
                        data = log.readNBytes(PIECE)) {
                    sink.write(data);
                }
                if (!runs) {
                    return Exit.OK;
                }
                Thread.sleep(PAUSE);
                runs = LocalServer.find(session.home()).isPresent();
            }
        } catch (NoSuchFileException _) {
            throw Failure.of(
                    Exit.FAILED,
                    "there is no log of a server that runs in the background: %s".formatted(file),
                    "does one run? meow status");
        } catch (IOException e) {
            throw Failure.of(Exit.FAILED, "cannot read %s (%s)".formatted(file, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(Exit.FAILED, "interrupted while following");
        } finally {
            sink.end();
        }
    }

    /** The server that is meant may be this host's own although somebody named it. */
    private boolean isOwn() {
        return !session.target().chosen()
                || (session.target().isLoopback()
                        && LocalServer.find(session.home())
                                .filter(own -> own.grpcPort() == session.target().port())
                                .isPresent());
    }

    /** The byte at which the wanted lines begin. */
    private static long start(LogRange range, Path file) throws IOException {
        if (range.equals(LogRange.ALL)) {
            return 0;
        }
        int most = range.tail().orElse(Integer.MAX_VALUE);
        Deque<Long> starts = new ArrayDeque<>();
        long at = 0;
        boolean wanted = range.since().isEmpty();
        try (InputStream log = new BufferedInputStream(Files.newInputStream(file), PIECE)) {
            for (String line = line(log); !line.isEmpty(); line = line(log)) {
                wanted = wanted || isSince(line, range.since().orElseThrow());
                if (wanted && (starts.isEmpty() || range.tail().isPresent())) {
                    starts.add(at);
                }
                if (starts.size() > most) {
                    starts.remove();
                }
                at += line.length();
            }
        }
        return starts.isEmpty() ? at : starts.getFirst();
    }

    /** The next line with its end, a character for each byte; empty at the end of the file. */
    private static String line(InputStream log) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = log.read(); next >= 0; next = log.read()) {
            line.append((char) next);
            if (next == '\n') {
                break;
            }
        }
        return line.toString();
    }

    /** Each line begins with its time, but for those that go on with one before. */
    private static boolean isSince(String line, Instant since) {
        int end = line.indexOf(' ');
        try {
            return end > 0 && !Instant.parse(line.substring(0, end)).isBefore(since);
        } catch (DateTimeParseException _) {
            return false;
        }
    }
}
