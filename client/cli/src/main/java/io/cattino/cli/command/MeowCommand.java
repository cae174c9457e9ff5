package io.cattino.cli.command;

import io.cattino.cli.output.Ending;
import io.cattino.cli.output.Exit;
import io.cattino.cli.output.Output;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import java.util.Set;
import java.util.concurrent.Callable;

/** A command; ends with an exit code, or throws. */
public abstract class MeowCommand implements Callable<Integer> {

    private final Session session;

    protected MeowCommand(Session session) {
        this.session = session;
    }

    /** Says what it does and takes; where that goes is this command. */
    public abstract void declare(Syntax syntax);

    @Override
    public final Integer call() {
        // Options that are read late must not fail late.
        session.globals().timeout();
        session.output();
        return execute().code();
    }

    /** Does it. */
    protected abstract Ending execute();

    /** What a failure of our own ends with; not the usual while the command stands for a task. */
    public Exit ownFailure(Exit exit) {
        return exit;
    }

    /** Whether failures are told as JSON too. */
    public boolean speaksJson() {
        return false;
    }

    /** Options that a later step brings. */
    public Set<String> laterOptions() {
        return Set.of();
    }

    protected final Session session() {
        return session;
    }

    protected final Output output() {
        return session.output();
    }

    protected final MeowClient client() {
        return session.client();
    }
}
