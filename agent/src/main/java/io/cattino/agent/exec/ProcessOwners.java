package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells of single processes which attempt they belong to, by the same signs by which an attempt's
 * processes are found: session, cgroup, marker. Any thread.
 *
 * @param attempts those that are supervised, as of whenever it is asked
 */
record ProcessOwners(
        ProcessTable table,
        Optional<Cgroups> cgroups,
        NodeFacts node,
        Collection<Supervised> attempts) {

    /**
     * Whose a process is that a driver shows on a device; empty if it is nobody's, or hidden from
     * us. What was an attempt's once stays so, though it may have left its session and cleared its
     * environment since, or be gone.
     *
     * @throws java.io.UncheckedIOException if that cannot be told now
     */
    Optional<AttemptId> of(long pid) {
        Optional<ProcessTable.Entry> alive = table.find(pid);
        if (alive.isEmpty()) {
            return first(attempt -> attempt.wasOnDevice(pid));
        }
        ProcessTable.Entry entry = alive.get();
        Optional<AttemptId> owner =
                bySession(entry)
                        .or(() -> byCgroup(pid))
                        .or(() -> byMarker(pid))
                        .or(() -> first(attempt -> attempt.wasOnDevice(entry)));
        owner.ifPresent(id ->
                attempts.stream()
                        .filter(attempt -> attempt.id.equals(id))
                        .forEach(attempt -> attempt.seenOnDevice(entry)));
        return owner;
    }

    private Optional<AttemptId> first(Predicate<Supervised> which) {
        return attempts.stream().filter(which).map(attempt -> attempt.id).findFirst();
    }

    private Optional<AttemptId> bySession(ProcessTable.Entry entry) {
        return first(attempt -> attempt.ownsSession(entry));
    }

    private Optional<AttemptId> byCgroup(long pid) {
        return cgroups.flatMap(all -> table.cgroup(pid).flatMap(all::owner));
    }

    private Optional<AttemptId> byMarker(long pid) {
        return table.marker(pid).flatMap(marker -> node.attempt(marker, table.epoch(pid)));
    }
}
