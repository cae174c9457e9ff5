package io.cattino.cli.session;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import io.cattino.cli.syntax.Syntax;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options that every command has. */
public final class Globals {

    /** Options that a later step brings to every command. */
    public static final Set<String> LATER = Set.of();

    private @Nullable String coordinator;
    private @Nullable String context;
    private @Nullable String timeout;
    private boolean quiet;
    private boolean verbose;
    private String color = "auto";
    private boolean yes;
    private boolean noInput;

    /** What it takes. */
    public void declare(Syntax syntax) {
        syntax.common("-H", "--coordinator")
                .label("HOST:PORT,...")
                .says(
                        "The coordinators; any of them. Default: $$CATTINO_COORDINATOR, $$CATTINO_HOST and $$CATTINO_PORT, or this host's own server")
                .text(it -> coordinator = it);
        syntax.common("--context")
                .label("CONTEXT")
                .says("The farm of that name: meow config contexts")
                .text(it -> context = it);
        syntax.common("--timeout")
                .label("DURATION")
                .says(
                        "How long to wait at most (90, 30m, 2h30m): for tasks where a command waits for tasks (exit 124), else for an answer")
                .text(it -> timeout = it);
        syntax.common("-q", "--quiet").says("No hints").flag(it -> quiet = it);
        syntax.common("-v", "--verbose")
                .says("More to read, above all when something fails")
                .flag(it -> verbose = it);
        syntax.common("--color")
                .label("WHEN")
                .byDefault("auto")
                .says("auto, always or never; default: on a terminal, unless $$NO_COLOR is set")
                .text(it -> color = it);
        syntax.common("-y", "--yes").says("Yes to every question").flag(it -> yes = it);
        syntax.common("--no-input").says("Ask nothing").flag(it -> noInput = it);
        syntax.common("-h", "--help").says("Show this text").help();
        syntax.common("-V", "--version").says("Show the version").version();
    }

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
}
