package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterState;
import io.cattino.coordinator.core.TaskEvent;
import io.cattino.coordinator.core.View;
import io.cattino.coordinator.core.model.SubmissionId;
import io.cattino.coordinator.core.model.Task;
import io.cattino.coordinator.core.model.TaskId;
import io.cattino.proto.v1.TaskQuery;
import io.cattino.proto.v1.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Finds the tasks that a query means, page by page, in slices short enough for the loop's thread.
 * Immutable; any thread.
 */
final class TaskReader {
    /** Tasks looked at in one visit to the loop's thread. */
    private static final int SLICE = 20_000;

    private final List<String> names;
    private final Set<String> nameSet;
    private final Set<TaskStatus> statuses;
    private final Map<String, String> labels;
    private final Optional<SubmissionId> submission;
    private final String user;

    TaskReader(TaskQuery query) {
        this.user = query.getUser();
        this.names = List.copyOf(query.getNamesList());
        this.nameSet = Set.copyOf(names);
        this.statuses =
                query.getStatusesCount() == 0
                        ? EnumSet.allOf(TaskStatus.class)
                        : EnumSet.copyOf(query.getStatusesList());
        this.labels = Map.copyOf(query.getLabelsMap());
        this.submission =
                query.getSubmissionId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new SubmissionId(RequestCheck.normalId(query.getSubmissionId())));
    }

    /**
     * @param next id to go on from, empty if there is no more
     * @param revision of the first look, so that a watch from it misses nothing
     */
    record Page(List<TaskRow> rows, Optional<TaskId> next, long revision, List<String> unknown) {
        Page {
            rows = List.copyOf(rows);
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * @param from first id wanted
     */
    Page page(Answers answers, TaskId from, int size) {
        List<TaskRow> rows = new ArrayList<>();
        Slice first = answers.read(view -> slice(view, from, size));
        rows.addAll(first.rows());
        Optional<TaskId> next = first.next();
        while (next.isPresent() && rows.size() < size) {
            TaskId goOn = next.get();
            int left = size - rows.size();
            Slice slice = answers.read(view -> slice(view, goOn, left));
            rows.addAll(slice.rows());
            next = slice.next();
        }
        return new Page(rows, next, first.revision(), first.unknown());
    }

    private record Slice(
            List<TaskRow> rows, Optional<TaskId> next, long revision, List<String> unknown) {}

    /** On the loop's thread. */
    private Slice slice(View view, TaskId from, int size) {
        ClusterState state = view.state();
        List<String> unknown = new ArrayList<>();
        List<TaskRow> rows = new ArrayList<>();
        int looked = 0;
        for (Task task : candidates(state, from, unknown)) {
            if (rows.size() == size || looked++ == SLICE) {
                return new Slice(rows, Optional.of(task.id()), state.revision(), unknown);
            }
            if (matches(task, () -> state.userOf(task))) {
                rows.add(TaskRow.of(view, task));
            }
        }
        return new Slice(rows, Optional.empty(), state.revision(), unknown);
    }

    private Collection<Task> candidates(ClusterState state, TaskId from, List<String> unknown) {
        if (names.isEmpty()) {
            return state.tasksFrom(from).values();
        }
        TreeMap<TaskId, Task> found = new TreeMap<>();
        for (String name : names) {
            Optional<Task> task = state.byName(name);
            task.ifPresent(t -> found.put(t.id(), t));
            if (task.isEmpty() && state.isGroup(name)) {
                state.under(name).forEach(t -> found.put(t.id(), t));
            } else if (task.isEmpty()) {
                unknown.add(name);
            }
        }
        return found.tailMap(from).values();
    }

    /** Everything but the names, which {@link #candidates} has resolved. */
    private boolean matches(Task task, Supplier<String> submitter) {
        return statuses.contains(ViewMapper.status(task))
                && submission.map(id -> id.equals(task.submission())).orElse(true)
                && (user.isEmpty() || user.equals(submitter.get()))
                && labels.entrySet().stream()
                        .allMatch(label ->
                                label.getValue().equals(task.spec().labels().get(label.getKey())));
    }

    /** Whether an event is about a task that the query means; names as they were then. */
    boolean matches(TaskEvent event) {
        return matches(event.task(), event::user)
                && (nameSet.isEmpty() || named(event.task().fullname()));
    }

    private boolean named(String fullname) {
        for (int end = fullname.length(); end > 0; end = fullname.lastIndexOf('/', end - 1)) {
            if (nameSet.contains(fullname.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
