package io.cattino.agent.exec;

import io.cattino.agent.core.AttemptId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent left whose data directory was deleted: its tasks live on, and nobody knows of them
 * any more. A leader would start them once more, so they are ended first. Those of another farm in
 * a container of this machine, whose agent may have the same name and path there, are left alone.
 *
 * @param node its name: a container may have the same path
 * @param data where that agent kept its records, and this one does
 */
record Strays(ProcessTable table, Optional<Cgroups> cgroups, String node, Path data) {

    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);

    private static final long PAUSE_MS = 100;

    /**
     * Kills them until there are none.
     *
     * @throws IOException if there still are after that time
     */
    void end(Duration most) throws IOException {
        long deadline = System.nanoTime() + most.toNanos();
        Set<String> left = kill();
        if (!left.isEmpty()) {
            LOG.error("strays processes={}: the data directory was deleted; ending them", left);
        }
        while (!left.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "processes %s of tasks that the data directory %s knew cannot be killed"
                                .formatted(left, data));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while ending the strays", e);
            }
            left = kill();
        }
    }

    private Set<String> kill() throws IOException {
        try {
            Set<Long> strays = new HashSet<>();
            Set<String> left = new TreeSet<>();
            Map<AttemptId, Cgroup> populated = cgroups.map(Cgroups::populated).orElse(Map.of());
            populated.forEach((id, cgroup) -> {
                left.add("of " + id); // whether or not it tells which they are
                strays.addAll(cgroup.processes());
                cgroup.kill();
            });
            List<String> marks = List.of("CATTINO_AGENT_DATA=" + data, "CATTINO_NODE=" + node);
            List<ProcessTable.Entry> living = table.living();
            List<ProcessTable.Entry> carriers =
                    living.stream().filter(entry -> table.carries(entry.pid(), marks)).toList();
            // A task's own container has another root, but then its session was begun outside.
            Set<Long> sessions =
                    carriers.stream()
                            .filter(entry -> table.sharesRoot(entry.pid()))
                            .map(ProcessTable.Entry::session)
                            .collect(Collectors.toSet());
            carriers.stream()
                    .filter(entry -> sessions.contains(entry.session()))
                    .forEach(entry -> strays.add(entry.pid()));
            long self = ProcessHandle.current().pid();
            for (ProcessTable.Entry entry : living) {
                if (entry.pid() != self && strays.contains(entry.pid())) {
                    left.add(Long.toString(entry.pid()));
                    ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            return left;
        } catch (UncheckedIOException e) {
            throw new IOException("cannot look for what an earlier agent left", e);
        }
    }
}
