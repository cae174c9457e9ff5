package io.cattino.cli.session;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has. */
public final class Globals {

    /** Options that a later step brings to every command. */
    public static final Set<String> LATER = Set.of();

    @Option(
            names = {"-H", "--coordinator"},
            scope = ScopeType.INHERIT,
            paramLabel = "HOST:PORT,...",
            order = 100,
            description =
                    "The coordinators; any of them. Default: $$CATTINO_COORDINATOR, $$CATTINO_HOST and $$CATTINO_PORT, or this host's own server")
    private @Nullable String coordinator;

    @Option(
            names = "--context",
            scope = ScopeType.INHERIT,
            paramLabel = "CONTEXT",
            order = 100,
            description = "The farm of that name: meow config contexts")
    private @Nullable String context;

    @Option(
            names = "--timeout",
            scope = ScopeType.INHERIT,
            paramLabel = "DURATION",
            order = 101,
            description =
                    "How long to wait at most (90, 30m, 2h30m): for tasks where a command waits for tasks (exit 124), else for an answer")
    private @Nullable String timeout;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            order = 102,
            description = "No hints")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = 103,
            description = "More to read, above all when something fails")
    private boolean verbose;

    @Option(
            names = "--color",
            scope = ScopeType.INHERIT,
            paramLabel = "WHEN",
            defaultValue = "auto",
            order = 104,
            description = "auto, always or never; default: on a terminal, unless $$NO_COLOR is set")
    private String color = "auto";

    @Option(
            names = {"-y", "--yes"},
            scope = ScopeType.INHERIT,
            order = 105,
            description = "Yes to every question")
    private boolean yes;

    @Option(
            names = "--no-input",
            scope = ScopeType.INHERIT,
            order = 106,
            description = "Ask nothing")
    private boolean noInput;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            order = 107,
            description = "Show this text")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            scope = ScopeType.INHERIT,
            versionHelp = true,
            order = 108,
            description = "Show the version")
    private boolean version;

    /** The coordinators; null if they are not said here. */
    public @Nullable String coordinator() {
        return coordinator;
    }

    /** The name of a farm; null if it is not said here. */
    public @Nullable String context() {
        return context;
    }

    /** How long to wait; empty if it is not said. */
    public Optional<Duration> timeout() {
        if (timeout == null) {
            return Optional.empty();
        }
        Duration limit = Times.parse(timeout);
        if (!limit.isPositive()) {
            throw Failure.usage("--timeout must be above 0; leave it out to wait for ever");
        }
        return Optional.of(limit);
    }

    /** Whether hints are left out. */
    public boolean quiet() {
        return quiet;
    }

    /** Whether there is more to read. */
    public boolean verbose() {
        return verbose;
    }

    /** When there are colours. */
    public String color() {
        if (!Set.of("auto", "always", "never").contains(color)) {
            throw Failure.usage("--color is auto, always or never, not '%s'".formatted(color));
        }
        return color;
    }

    /** Whether questions need no asking. */
    public boolean yes() {
        return yes;
    }

    /** Whether nobody is asked. */
    public boolean noInput() {
        return noInput;
    }

    /** Whether a help text or the version was asked for. */
    public boolean informationOnly() {
        return help || version;
    }
}
