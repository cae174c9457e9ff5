package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.Reply;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.proto.v1.TaskChange;
import io.cattino.proto.v1.TaskStatus;
import java.util.ArrayList;
import java.util.List;

/** What a command did, with the statuses that came of it. Any thread. */
final class TaskChanges {
    /** Tasks looked up in one visit to the loop's thread. */
    private static final int SLICE = 20_000;

    /** An answer has to fit into one message; what was done is done all the same. */
    private static final int MAX_BYTES = 12 * 1024 * 1024;

    private final Answers answers;

    TaskChanges(Answers answers) {
        this.answers = answers;
    }

    record Made(List<TaskChange> changes, long revision) {
        Made {
            changes = List.copyOf(changes);
        }
    }

    Made made(List<Reply.Change> changes) {
        long revision = answers.revision();
        List<TaskChange> out = new ArrayList<>();
        long bytes = 0;
        for (int from = 0; from < changes.size(); from += SLICE) {
            List<Reply.Change> slice =
                    changes.subList(from, Math.min(changes.size(), from + SLICE));
            List<TaskStatus> statuses = answers.read(view -> statuses(view.state(), slice));
            for (int i = 0; i < slice.size(); i++) {
                TaskChange change = message(slice.get(i), statuses.get(i));
                bytes += change.getSerializedSize();
                if (bytes > MAX_BYTES) {
                    out.add(rest(changes.size() - from - i));
                    return new Made(out, revision);
                }
                out.add(change);
            }
        }
        return new Made(out, revision);
    }

    private static List<TaskStatus> statuses(ClusterState state, List<Reply.Change> changes) {
        List<TaskStatus> statuses = new ArrayList<>(changes.size());
        for (Reply.Change change : changes) {
            statuses.add(
                    state.task(new TaskId(change.taskId()))
                            .map(ViewMapper::status)
                            .orElse(TaskStatus.TASK_STATUS_UNSPECIFIED));
        }
        return statuses;
    }

    private static TaskChange message(Reply.Change change, TaskStatus status) {
        return TaskChange.newBuilder()
                .setFullname(change.fullname())
                .setTaskId(change.taskId())
                .setOutcome(ViewMapper.outcome(change.outcome()))
                .setStatus(status)
                .setMessage(change.message())
                .build();
    }

    private static TaskChange rest(int count) {
        return TaskChange.newBuilder()
                .setMessage("and " + count + " more, too many for one answer")
                .build();
    }
}
