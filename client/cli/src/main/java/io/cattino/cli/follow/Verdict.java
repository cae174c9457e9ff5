package io.cattino.cli.follow;

import io.cattino.cli.output.Ending;
import io.cattino.cli.output.Exit;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.util.List;

/** What a command that stands for tasks ends with. */
public final class Verdict {

    private Verdict() {}

    /** One task: its own code; several: whether all are Done. */
    public static Ending of(List<TaskInfo> tasks) {
        if (tasks.size() == 1) {
            return of(tasks.getFirst());
        }
        return tasks.stream().allMatch(task -> task.status() == TaskStatus.DONE)
                ? Exit.OK
                : Exit.FAILED;
    }

    private static Ending of(TaskInfo task) {
        Integer code = task.exitCode();
        return switch (task.status()) {
            case DONE -> Exit.OK;
            case FAILED -> code == null || code == 0 ? Exit.FAILED : new Ending.OfTask(code);
            case WAITING, RUNNING, CANCELLED -> Exit.FAILED;
        };
    }
}
