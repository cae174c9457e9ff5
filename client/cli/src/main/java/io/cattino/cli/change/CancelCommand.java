package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meow cancel}: calls tasks off. */
@Command(
        name = "cancel",
        description =
                "Call tasks off: waiting ones do not start, running ones are stopped; they become Cancelled.")
public final class CancelCommand extends ChangeCommand {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people")
    private String reason = "";

    public CancelCommand(Session session) {
        super(session);
    }

    @Override
    boolean applies(TaskInfo task) {
        return !task.status().isEnded();
    }

    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        return client.cancel(selector, reason);
    }

    @Override
    String verb() {
        return "cancel";
    }

    @Override
    String past() {
        return "Cancelled";
    }

    @Override
    String hint(List<TaskChange> changed) {
        return "Let it wait again: meow resume " + one(changed);
    }
}
