package io.cattino.cli.change;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Times;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import java.time.Duration;

/** {@code meow hold-fences}: no node is given up for a while. */
public final class HoldFencesCommand extends MeowCommand {

    private static final Duration USUAL = Duration.ofHours(1);

    private String typed = "";

    public HoldFencesCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "For a while, give up no node that is in contact now.",
                "None of its tasks is replaced or killed for a loss of contact: for planned outages of networks and coordinators.",
                "It ends by itself; a shorter one does not shorten it.");
        syntax.word("DURATION")
                .arity("0..1")
                .says("1s to 24h, from now; default: 1h")
                .text(it -> typed = it);
    }

    @Override
    protected Exit execute() {
        Duration asked = typed.isEmpty() ? USUAL : duration();
        Duration left = client().cluster().holdFences(asked);
        output().note("No node is given up for the next %s.".formatted(Times.left(left)));
        output().hint("What is left of it: meow status");
        return Exit.OK;
    }

    private Duration duration() {
        try {
            return Times.parse(typed);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("DURATION: " + e.getMessage());
        }
    }
}
