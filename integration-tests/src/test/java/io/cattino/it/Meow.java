package io.cattino.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.cattino.client.CommandLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The command line as people run it: a process, its exit code and what it writes on which stream.
 */
final class Meow {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<String> program;
    private final Map<String, String> environment;
    private final Path cwd;

    Meow(List<String> program, Map<String, String> environment, Path cwd) {
        this.program = List.copyOf(program);
        this.environment = Map.copyOf(environment);
        this.cwd = cwd;
    }

    /** How a command ended. */
    record Result(List<String> command, int exitCode, String out, String err) {

        /** This, if it exited with that code. */
        @CanIgnoreReturnValue
        Result exits(int code) {
            if (exitCode != code) {
                throw new AssertionError("exit %d, not %d, of %s".formatted(exitCode, code, this));
            }
            return this;
        }

        /** Lines of standard output. */
        List<String> lines() {
            return out.lines().toList();
        }

        @Override
        public String toString() {
            return "%s%n--- exit %d, stdout:%n%s%n--- stderr:%n%s"
                    .formatted(String.join(" ", command), exitCode, out, err);
        }
    }

    /** The same with another variable. */
    Meow with(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new Meow(program, more, cwd);
    }

    /** The same in another directory. */
    Meow in(Path directory) {
        return new Meow(program, environment, directory);
    }

    /** The same, heeding ^C even if whoever started the tests told them to ignore it. */
    Meow interruptible() {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(program);
        return new Meow(command, environment, cwd);
    }

    /** Runs it to its end, its streams being pipes. */
    @CanIgnoreReturnValue
    Result run(String... arguments) {
        return start(arguments).result();
    }

    /** Runs it to its end on a terminal of 120 columns; standard error is in the output. */
    Result onTerminal(String... arguments) {
        return terminal(120, arguments).result();
    }

    /** Starts it on a terminal of so many columns, on which keys can be typed. */
    Terminal terminal(int columns, String... arguments) {
        return terminalOf(columns, "exec " + CommandLine.join(command(arguments)));
    }

    /** Runs a line of shell on a terminal. */
    Terminal terminalOf(int columns, String line) {
        String sized =
                "export TERM=xterm-256color; stty cols %d rows 500; %s".formatted(columns, line);
        // Whoever started the tests may have told them to ignore ^C.
        List<String> command =
                List.of(
                        "env",
                        "--default-signal=INT",
                        "script",
                        "--quiet",
                        "--return",
                        "--echo=always",
                        "--command",
                        sized,
                        "/dev/null");
        return new Terminal(launch(command, true, true), columns);
    }

    /** Runs a line of shell in the same surroundings. */
    Result shell(String line) {
        return launch(List.of("bash", "-c", line), false, false).result();
    }

    /** Starts it, its streams being pipes. */
    Started start(String... arguments) {
        return launch(command(arguments), false, false);
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private Started launch(List<String> command, boolean merged, boolean listens) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectErrorStream(merged);
        if (!listens) {
            builder.redirectInput(Path.of("/dev/null").toFile());
        }
        try {
            return new Started(command, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** A command that runs. */
    static final class Started {
        private final List<String> command;
        private final Process process;
        private final Collected out;
        private final Collected err;

        private Started(List<String> command, Process process) {
            this.command = command;
            this.process = process;
            this.out = new Collected(process.getInputStream());
            this.err = new Collected(process.getErrorStream());
        }

        long pid() {
            return process.pid();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** What it reads. */
        OutputStream input() {
            return process.getOutputStream();
        }

        /** Standard output so far. */
        String out() {
            return out.text();
        }

        /** Standard error so far. */
        String err() {
            return err.text();
        }

        /** What a terminal's ^C sends. */
        void interrupt() {
            try {
                new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Waits for its end. Fails if somebody who was started by it keeps its streams open. */
        Result result() {
            try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("not ended after %s: %s".formatted(LIMIT, soFar(-1)));
                }
                out.awaitEnd();
                err.awaitEnd();
            } catch (TimeoutException e) {
                throw new AssertionError(
                        "its streams are still open after its end: " + soFar(process.exitValue()),
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted: " + command, e);
            }
            return soFar(process.exitValue());
        }

        private Result soFar(int exitCode) {
            return new Result(command, exitCode, out(), err());
        }
    }

    /** Bytes of a stream, read as they come. */
    private static final class Collected {
        @GuardedBy("this")
        private final StringBuilder text = new StringBuilder();

        private final CompletableFuture<Void> end = new CompletableFuture<>();

        Collected(InputStream stream) {
            Thread.ofVirtual().start(() -> collect(stream));
        }

        private void collect(InputStream stream) {
            try (var reader = new InputStreamReader(stream, UTF_8)) {
                char[] buffer = new char[1 << 16];
                for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
                    append(buffer, count);
                }
                end.complete(null);
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        }

        private synchronized void append(char[] buffer, int count) {
            text.append(buffer, 0, count);
        }

        synchronized String text() {
            return text.toString();
        }

        void awaitEnd() throws TimeoutException, InterruptedException {
            try {
                end.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError("cannot read its output", e);
            }
        }
    }
}
