package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import java.util.List;
import java.util.Optional;

/** {@code meow remove}: forgets tasks. */
public final class RemoveCommand extends ChangeCommand {

    public RemoveCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about("Forget tasks; running ones are killed first. Their files stay.");
    }

    @Override
    boolean applies(TaskInfo task) {
        return true;
    }

    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        return client.remove(selector);
    }

    /** What has ended is lost as well: the whole number is told. */
    @Override
    Optional<String> question(List<TaskInfo> tasks, List<String> running) {
        if (tasks.size() <= 1) {
            return super.question(tasks, running);
        }
        return Optional.of(
                "Forget %d tasks, %d of them running?".formatted(tasks.size(), running.size()));
    }

    @Override
    String verb() {
        return "remove";
    }

    @Override
    String past() {
        return "Removed";
    }

    @Override
    String hint(List<TaskChange> changed) {
        return "";
    }
}
