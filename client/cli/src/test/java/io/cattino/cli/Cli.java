package io.cattino.cli;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.cattino.cli.output.Terminals;
import io.cattino.cli.session.Invocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs {@code meow} in this process, as a shell would. */
public final class Cli {

    private final Map<String, String> env = new LinkedHashMap<>();
    private final Path directory;
    private String typed = "";
    private boolean asks;

    /** In a directory that is its home as well. */
    public Cli(Path directory) {
        this.directory = directory;
        env.put("CATTINO_HOME", directory.resolve("home").toString());
        env.put("HOME", "/home/ann");
        env.put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    }

    /** On a farm. */
    public Cli(Path directory, FakeFarm farm) {
        this(directory);
        env.put("CATTINO_PORT", Integer.toString(farm.port()));
    }

    /** What came of it. */
    public record Result(int exit, String out, String err) {}

    @CanIgnoreReturnValue
    public Cli env(String name, String value) {
        env.put(name, value);
        return this;
    }

    /** On a terminal of that width. */
    public Cli tty(int columns) {
        env.put("NO_COLOR", "1");
        return env("CATTINO_FORCE_TTY", Integer.toString(columns));
    }

    /** With somebody who answers. */
    public Cli typing(String answers) {
        this.typed = answers;
        this.asks = true;
        return this;
    }

    /** Runs one command. */
    public Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Invocation invocation =
                new Invocation(
                        env,
                        directory,
                        new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        terminals(),
                        InstantSource.fixed(FakeFarm.NOW));
        int exit = Main.run(invocation, args);
        return new Result(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Terminals terminals() {
        if (!asks) {
            return Terminals.none();
        }
        return new Terminals() {
            @Override
            public boolean input() {
                return true;
            }

            @Override
            public boolean output() {
                return false;
            }

            @Override
            public boolean error() {
                return true;
            }

            @Override
            public int columns() {
                return 80;
            }
        };
    }
}
