package io.cattino.cli.change;

import io.cattino.cli.command.Selection;
import io.cattino.cli.session.Session;
import io.cattino.client.MeowClient;
import io.cattino.client.TaskChange;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskSelector;
import io.cattino.client.TaskStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meow rerun}: runs what has ended once more. */
@Command(
        name = "rerun",
        description = {
            "Let tasks that have ended run once more, as a new attempt; their earlier logs stay.",
            "Examples:",
            "  rerun train",
            "  rerun --failed -g sweep"
        })
public final class RerunCommand extends ChangeCommand {

    @Option(
            names = "--failed",
            description = "Only those that are Failed; of all, if none is named")
    private boolean failed;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "Those of this group")
    private @Nullable String group;

    public RerunCommand(Session session) {
        super(session);
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
