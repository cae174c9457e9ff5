package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;

/** {@code meow resume}: lets cancelled or held tasks wait again. */
public final class ResumeCommand extends ChangeCommand {

    public ResumeCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about("Let cancelled or held tasks wait again.");
    }

    @Override
    boolean applies(TaskInfo task) {
        return task.status() == TaskStatus.CANCELLED || task.stuck();
    }

    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        return client.resume(selector);
    }

    @Override
    String verb() {
        return "resume";
    }

    @Override
    String past() {
        return "Resumed";
    }

    @Override
    String hint(List<TaskChange> changed) {
        return "Follow it: meow watch " + one(changed);
    }

    @Override
    boolean stops() {
        return false;
    }
}
