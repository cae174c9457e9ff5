package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import java.util.Collection;
import java.util.Optional;

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
     * Whose a process is; empty if it is nobody's, gone, or hidden from us.
     *
     * @throws java.io.UncheckedIOException if that cannot be told now
     */
    Optional<AttemptId> of(long pid) {
        return table.find(pid)
                .flatMap(entry -> bySession(entry).or(() -> byCgroup(pid)).or(() -> byMarker(pid)));
    }

    private Optional<AttemptId> bySession(ProcessTable.Entry entry) {
        return attempts.stream()
                .filter(attempt -> attempt.ownsSession(entry))
                .map(attempt -> attempt.id)
                .findFirst();
    }

    private Optional<AttemptId> byCgroup(long pid) {
        return cgroups.flatMap(all -> table.cgroup(pid).flatMap(all::owner));
    }

    private Optional<AttemptId> byMarker(long pid) {
        return table.marker(pid).flatMap(marker -> node.attempt(marker, table.epoch(pid)));
    }
}
