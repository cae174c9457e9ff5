package io.cattino.cli.change;

import io.cattino.cli.command.Selection;
import io.cattino.cli.session.Session;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code meow rerun}: runs what has ended once more. */
public final class RerunCommand extends ChangeCommand {

    private boolean failed;
    private @Nullable String group;

    public RerunCommand(Session session) {
        super(session);
    }

    @Override
    public void declare(Syntax syntax) {
        super.declare(syntax);
        syntax.about(
                "Let tasks that have ended run once more, as a new attempt; their earlier logs stay.",
                "Examples:",
                "  rerun train",
                "  rerun --failed -g sweep");
        syntax.option("--failed")
                .says("Only those that are Failed; of all, if none is named")
                .flag(it -> failed = it);
        syntax.option("-g", "--group")
                .label("GROUP")
                .says("Those of this group")
                .text(it -> group = it);
    }

    @Override
    void narrow(Selection selection) {
        if (failed) {
            selection.addStatus(TaskStatus.FAILED);
        }
        if (group != null) {
            selection.addName(group);
        }
    }

    @Override
    boolean applies(TaskInfo task) {
        return task.status().isEnded();
    }

    @Override
    List<TaskChange> change(MeowClient client, TaskSelector selector) {
        return client.rerun(selector);
    }

    @Override
    String verb() {
        return "rerun";
    }

    @Override
    String past() {
        return "Waiting again:";
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
