package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import java.util.List;

/** {@code meow cancel}: calls tasks off. */
public final class CancelCommand extends ChangeCommand {

    private String reason = "";

    public CancelCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about(
                "Call tasks off: waiting ones do not start, running ones are stopped; they become Cancelled.");
        syntax.option("--reason").label("TEXT").says("Why, for people").text(it -> reason = it);
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
