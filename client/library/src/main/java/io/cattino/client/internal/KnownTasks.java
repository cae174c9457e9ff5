package io.cattino.client.internal;

import io.cattino.client.TaskEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The last that was seen of each task of a query. One thread, or a lock around it. */
final class KnownTasks {

    private final Map<Long, Known> known = new LinkedHashMap<>();

    /** Events up to that revision show in it already; 0 if none can be older. */
    private record Known(TaskEvent last, long showsUpTo) {}

    /**
     * Takes in an event.
     *
     * @return false if a list showed it already
     */
    boolean take(TaskEvent event) {
        Known before = known.get(event.taskId());
        if (before != null && event.revision() <= before.showsUpTo()) {
            return false;
        }
        if (event.kind() == TaskEvent.Kind.REMOVED) {
            known.remove(event.taskId());
        } else {
            known.put(event.taskId(), new Known(event, 0));
        }
        return true;
    }

    /** Takes in a list; returns the events that lead from what was seen to what it shows. */
    List<TaskEvent> take(Snapshot snapshot) {
        List<TaskEvent> changes = new ArrayList<>();
        Set<Long> listed = new HashSet<>();
        for (Snapshot.Seen seen : snapshot.tasks()) {
            TaskEvent present = Events.present(seen.task(), seen.revision());
            listed.add(present.taskId());
            Known before = known.get(present.taskId());
            if (before == null || Events.differs(before.last(), present)) {
                changes.add(present);
            }
            long showsUpTo = seen.revision() > snapshot.revision() ? seen.revision() : 0;
            known.put(present.taskId(), new Known(present, showsUpTo));
        }
        for (Known gone : List.copyOf(known.values())) {
            if (!listed.contains(gone.last().taskId())) {
                known.remove(gone.last().taskId());
                changes.add(Events.removed(gone.last(), snapshot.revision()));
            }
        }
        return changes;
    }

    /** The present state of each task, for somebody who comes late. */
    List<TaskEvent> present() {
        return known.values().stream().map(task -> Events.again(task.last())).toList();
    }

    /** The present state of one task. */
    Optional<TaskEvent> present(long id) {
        return Optional.ofNullable(known.get(id)).map(task -> Events.again(task.last()));
    }
}
