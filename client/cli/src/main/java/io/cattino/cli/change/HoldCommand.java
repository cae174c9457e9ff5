package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meow hold}: keeps waiting tasks from starting. */
@Command(
        name = "hold",
        description = "Keep waiting tasks from starting until unhold; running ones are left alone.")
public final class HoldCommand extends ChangeCommand {

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people")
    private String reason = "";

    public HoldCommand(Session session) {
        super(session);
    }

    @Override
    boolean applies(TaskInfo task) {
        return task.status() == TaskStatus.WAITING && !UnholdCommand.isHeld(task);
    }

    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        return client.hold(selector, reason);
    }

    @Override
    String verb() {
        return "hold";
    }

    @Override
    String past() {
        return "Held";
    }

    @Override
    String hint(List<TaskChange> changed) {
        return "Let it go: meow unhold " + one(changed);
    }

    @Override
    boolean stops() {
        return false;
    }
}
