package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A long-running process of ours: what it writes goes to a file, and it can be killed in two ways.
 */
final class Daemon {
    private static final Duration CLOSING = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;

    private Daemon(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it; does not wait until it serves. */
    static Daemon start(List<String> command, Map<String, String> environment, Path cwd, Path log) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return new Daemon(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** The process id; the launcher becomes the JVM, so it is the JVM's. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits until it is gone. */
    void kill9() {
        process.destroyForcibly();
        await("KILL");
    }

    /** SIGTERM, without waiting. */
    void beginTermination() {
        signal("TERM");
    }

    /** SIGSTOP. */
    void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit =
                    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + ": exit " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * SIGTERM, and waits until it is gone.
     *
     * @return its exit code
     */
    @CanIgnoreReturnValue
    int terminate() {
        process.destroy();
        return await("TERM");
    }

    /** Waits until it has gone by itself. */
    int awaitExit() {
        return await("being told to");
    }

    private int await(String why) {
        try {
            if (!process.waitFor(CLOSING.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(
                        "process %d is alive %s after %s; its log:\n%s"
                                .formatted(pid(), CLOSING, why, output()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + pid(), e);
        }
        return process.exitValue();
    }

    /** What it has written so far. */
    String output() {
        try {
            return Files.exists(log) ? Files.readString(log, UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path log() {
        return log;
    }
}
