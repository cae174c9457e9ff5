package io.cattino.cli.follow;

import io.cattino.cli.command.MeowCommand;
import io.cattino.cli.command.Selection;
import io.cattino.cli.output.Ending;
import io.cattino.cli.output.Exit;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.TaskInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code meow wait}: until tasks have ended. */
public final class WaitCommand extends MeowCommand {

    private Selection selection = new Selection();
    private boolean several;

    public WaitCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        syntax.about(
                "Wait until tasks have ended, or can no longer start without a person.",
                "One task: exits with its own code (128+n for signal n), 1 if it was cancelled or cannot start, 125 if meow itself failed.",
                "Several: 0 if all are Done, else 1. With --timeout: 124 when the time is up.");
        selection.declare(syntax);
    }

    @Override
    public Exit ownFailure(Exit exit) {
        return exit == Exit.TIMEOUT || exit == Exit.USAGE
                ? exit
                : several || !selection.isOneName() ? Exit.FAILED : Exit.OWN;
    }

    @Override
    protected Ending execute() {
        Optional<Duration> limit = session().waitLimit();
        selection.check();
        List<TaskInfo> tasks = selection.find(client());
        if (tasks.isEmpty()) {
            output().note("There is nothing to wait for.");
            return Exit.OK;
        }
        several = tasks.size() > 1;
        List<String> fullnames = tasks.stream().map(TaskInfo::fullname).toList();
        return new Awaiting(client(), output(), fullnames).await(selection.query(tasks), limit);
    }
}
