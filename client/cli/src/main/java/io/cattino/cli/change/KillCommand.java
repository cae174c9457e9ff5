package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.client.Force;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meow kill}: stops running tasks. */
@Command(name = "kill", description = "Stop running tasks; they become Failed.")
public final class KillCommand extends ChangeCommand {

    @Option(
            names = {"-f", "--force"},
            description = "KILL at once instead of TERM and a grace period")
    private boolean force;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people")
    private String reason = "";

    public KillCommand(Session session) {
        super(session);
    }

    @Override
    boolean applies(TaskInfo task) {
        return task.status() == TaskStatus.RUNNING;
    }

    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        return client.kill(selector, force ? Force.YES : Force.NO, reason);
    }

    @Override
    public Set<String> laterOptions() {
        return Set.of("-s", "--signal");
    }

    @Override
    String verb() {
        return "kill";
    }

    @Override
    String past() {
        return force ? "Killed" : "Stopping";
    }

    @Override
    String instead(TaskChange refused) {
        return refused.status() == TaskStatus.WAITING
                ? "it waits; call it off: meow cancel " + refused.fullname()
                : super.instead(refused);
    }

    @Override
    String hint(List<TaskChange> changed) {
        return "See its end: meow wait " + one(changed);
    }
}
