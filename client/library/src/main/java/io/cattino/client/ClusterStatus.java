package io.cattino.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who leads, since when, and how much is going on.
 *
 * @param clusterId identity of the cluster
 * @param epoch number of the leadership
 * @param leader {@code host:port} of the leader
 * @param host host of the answering server
 * @param pid process id of the answering server
 * @param version version of the answering server
 * @param gitRevision commit it was built from
 * @param startTime when it started; null if it did not say
 * @param allInOne whether coordinator, agent and ZooKeeper are one process
 * @param home where it keeps its files
 * @param tasks number of tasks by status; every status has an entry
 * @param nodesReady nodes that can take tasks
 * @param nodes nodes ever registered and not removed
 * @param fenceHold what is left of a hold of the fences; null: there is none
 * @param revision the revision this was read at
 */
public record ClusterStatus(
        String clusterId,
        long epoch,
        String leader,
        String host,
        long pid,
        String version,
        String gitRevision,
        @Nullable Instant startTime,
        boolean allInOne,
        String home,
        Map<TaskStatus, Long> tasks,
        int nodesReady,
        int nodes,
        @Nullable Duration fenceHold,
        long revision) {

    /** Fills in the statuses that no task has. */
    public ClusterStatus {
        Map<TaskStatus, Long> all = new EnumMap<>(TaskStatus.class);
        for (TaskStatus status : TaskStatus.values()) {
            all.put(status, tasks.getOrDefault(status, 0L));
        }
        tasks = Collections.unmodifiableMap(all);
    }

    /** Number of tasks in that status. */
    public long count(TaskStatus status) {
        return tasks.getOrDefault(status, 0L);
    }
}
