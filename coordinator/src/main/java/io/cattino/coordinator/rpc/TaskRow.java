package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Reason;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.Dependency;
import io.cattino.coordinator.core.model.Submission;
import io.cattino.coordinator.core.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A task and what else people see of it, taken from the state on the loop's thread; immutable, so
 * that the message can be made elsewhere.
 *
 * @param workingDirectory of the task, or of its submission
 */
record TaskRow(
        Task task,
        Reason reason,
        boolean stuck,
        String runDir,
        String workingDirectory,
        String user,
        List<ParentRow> parents) {
    /** One answer has to hold it, however many parents a task has. */
    private static final int MAX_PARENTS = 1_000;

    TaskRow {
        parents = List.copyOf(parents);
    }

    /**
     * @param id 0 once it was removed
     */
    record ParentRow(long id, String fullname, Dependency.Condition condition, boolean satisfied) {}

    /** On the loop's thread only. */
    static TaskRow of(View view, Task task) {
        ClusterState state = view.state();
        Optional<Submission> submission = state.submission(task.submission());
        Optional<Context> context = submission.flatMap(s -> state.context(s.contextId()));
        String own = task.spec().workingDirectory();
        return new TaskRow(
                task,
                view.reason(task),
                view.stuck(task),
                submission.map(Submission::runDir).orElse(""),
                own != null ? own : context.map(Context::workingDirectory).orElse(""),
                context.map(Context::user).orElse(""),
                parents(state, task));
    }

    /** Those that it still waits for come first where not all can be told. */
    private static List<ParentRow> parents(ClusterState state, Task task) {
        boolean all = task.parents().size() <= MAX_PARENTS;
        List<ParentRow> rows = new ArrayList<>();
        for (Dependency parent : task.parents()) {
            boolean satisfied = task.unsatisfied() == 0 || state.satisfied(parent);
            if (all || !satisfied) {
                long id = state.task(parent.parent()).map(t -> t.id().value()).orElse(0L);
                rows.add(new ParentRow(id, parent.parentName(), parent.condition(), satisfied));
            }
            if (rows.size() == MAX_PARENTS) {
                break;
            }
        }
        return rows;
    }
}
