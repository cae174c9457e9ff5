package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;

/** {@code meow hold}: keeps waiting tasks from starting. */
public final class HoldCommand extends ChangeCommand {

    private String reason = "";

    public HoldCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about("Keep waiting tasks from starting until unhold; running ones are left alone.");
        syntax.option("--reason").label("TEXT").says("Why, for people").text(it -> reason = it);
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
