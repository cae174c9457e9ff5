package io.cattino.cli.change;

import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskListing;
import io.cattino.client.TaskQuery;
import io.cattino.client.TaskSelector;
import java.util.ArrayList;
import java.util.List;

/** {@code meow unhold}: lets held tasks go. */
public final class UnholdCommand extends ChangeCommand {

    private static final String HELD = "Held";

    public UnholdCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about("Let held tasks start again; cancelled ones stay cancelled: see resume.");
    }

    static boolean isHeld(TaskInfo task) {
        return task.reason().code().equals(HELD);
    }

    @Override
    boolean applies(TaskInfo task) {
        return isHeld(task);
    }

    /** The coordinator's resume would revive cancelled tasks as well: only held ones are named. */
    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        TaskListing listing = client.tasks().matching(TaskQuery.names(selector.names())).listing();
        List<TaskChange> changes = new ArrayList<>();
        List<String> names = new ArrayList<>(listing.unknownNames());
        for (TaskInfo task : listing.tasks()) {
            if (isHeld(task)) {
                names.add(task.fullname());
            } else if (!selector.all()) {
                changes.add(
                        new TaskChange(
                                task.fullname(),
                                task.id(),
                                TaskChange.Outcome.WRONG_STATE,
                                task.status(),
                                "it is not held"));
            }
        }
        if (!names.isEmpty()) {
            changes.addAll(client.resume(TaskSelector.names(names)));
        }
        return changes;
    }

    @Override
    String verb() {
        return "unhold";
    }

    @Override
    String past() {
        return "Let go";
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
