package io.cattino.coordinator.core;

import io.cattino.coordinator.core.TaskTable.Ended;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * Forgets finished tasks after 30 days, or beyond the newest {@code keep-finished}, in small
 * batches; never while an unfinished task waits for it or lies in its outermost group, or while it
 * still holds something.
 */
final class Retention {
    private static final long KEEP_MS = 30L * 24 * 3600 * 1000;

    /** A request id is remembered at least this long. */
    private static final long REQUEST_MS = 24L * 3600 * 1000;

    /** Of commands, kept at most. */
    private static final int MAX_ANSWERS = 10_000;

    /** In all of them together: one command may change a million tasks. */
    private static final int MAX_CHANGES = 200_000;

    /** Between two rounds; a round goes on every second until it is through. */
    private static final long ROUND_MS = 60_000;

    private static final long STEP_MS = 1_000;
    private static final int BATCH = 500;

    /** Looked at in one go, also if nothing may be purged: a step stays short. */
    private static final int LOOK = 5_000;

    private long nextMonoMs;

    /** How far this round has come, and how many it left standing. */
    private @Nullable Ended cursor;

    private int kept;

    /** Forgets the next few, if it is time. */
    void run(Turn turn) {
        long now = turn.at().monoMs();
        if (now >= nextMonoMs) {
            boolean tasks = purge(turn);
            boolean submissions = forget(turn);
            answers(turn);
            nextMonoMs = now + (tasks || submissions ? STEP_MS : ROUND_MS);
        }
    }

    /** Whether the round is not through. */
    private boolean purge(Turn turn) {
        ClusterState state = turn.state();
        NavigableSet<Ended> all = state.table().ended();
        int tooMany = all.size() - state.settings().keepFinished();
        long old = turn.at().wallMs() - KEEP_MS;
        List<TaskId> purge = new ArrayList<>();
        int looked = 0;
        boolean more = false;
        for (Ended ended : cursor == null ? all : all.tailSet(cursor, false)) {
            boolean due = ended.wallMs() < old || kept + purge.size() < tooMany;
            more = due;
            if (!due || looked >= LOOK || purge.size() >= BATCH) {
                break;
            }
            looked++;
            cursor = ended;
            if (purgeable(state, state.table().get(ended.task()))) {
                purge.add(ended.task());
            } else {
                kept++;
            }
            more = false;
        }
        if (!purge.isEmpty()) {
            turn.emit(new Fact.Purged(turn.at(), purge));
        }
        if (!more) {
            cursor = null;
            kept = 0;
        }
        return more;
    }

    private static boolean forget(Turn turn) {
        long old = turn.at().wallMs() - REQUEST_MS;
        List<SubmissionId> forgotten = turn.state().submissionBook().emptyBefore(old, BATCH);
        if (!forgotten.isEmpty()) {
            turn.emit(new Fact.SubmissionsForgotten(turn.at(), forgotten));
        }
        return forgotten.size() == BATCH;
    }

    private static void answers(Turn turn) {
        long old = turn.at().monoMs() - REQUEST_MS;
        int count = turn.state().answers().tooMany(old, MAX_ANSWERS, MAX_CHANGES);
        if (count > 0) {
            turn.emit(new Fact.AnswersForgotten(turn.at(), count));
        }
    }

    private static boolean purgeable(ClusterState state, Task task) {
        TaskTable table = state.table();
        return table.unfinishedUnder(TaskTable.outermost(task.fullname())) == 0
                && task.lastAttempt().flatMap(last -> state.allocation(last.id())).isEmpty()
                && table.childrenOf(task.id()).keySet().stream()
                        .allMatch(child -> table.get(child).finished());
    }
}
