package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.Force;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;
import java.util.Set;

/** {@code meow kill}: stops running tasks. */
public final class KillCommand extends ChangeCommand {

    private boolean force;
    private String reason = "";

    public KillCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about("Stop running tasks; they become Failed.");
        syntax.option("-f", "--force")
                .says("KILL at once instead of TERM and a grace period")
                .flag(it -> force = it);
        syntax.option("--reason").label("TEXT").says("Why, for people").text(it -> reason = it);
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
