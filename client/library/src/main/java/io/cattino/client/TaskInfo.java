package io.cattino.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task as it was when it was read: a snapshot, never updated.
 *
 * @param id the task's number, never used again
 * @param fullname {@code group/sub/name}
 * @param submissionId id of the submission that it came with
 * @param status how far it is
 * @param reason why it is there; {@link Reason#none()} if there is nothing to say
 * @param stuck whether it waits and nothing but a person can change that (a dependency failed, or
 *     it is held)
 * @param spec what was asked for
 * @param runDir directory of the submission on the node; see {@link #directory()}
 * @param workingDirectory absolute path in which its command runs
 * @param user who submitted it
 * @param createTime when the leader accepted it
 * @param startTime start of the newest attempt; null before
 * @param endTime when it ended; null before
 * @param exitCode exit code of the newest attempt, 128+n for signal n; null if there is none
 * @param attempts newest last, at most the newest 20
 * @param parents what it waits for
 */
public record TaskInfo(
        long id,
        String fullname,
        String submissionId,
        TaskStatus status,
        Reason reason,
        boolean stuck,
        Spec spec,
        String runDir,
        String workingDirectory,
        String user,
        Instant createTime,
        @Nullable Instant startTime,
        @Nullable Instant endTime,
        @Nullable Integer exitCode,
        List<AttemptInfo> attempts,
        List<ParentInfo> parents) {

    public TaskInfo {
        attempts = List.copyOf(attempts);
        parents = List.copyOf(parents);
    }

    /**
     * What the submitter asked for.
     *
     * @param command the program and its arguments; with {@code shell} one element, the line
     * @param shell whether {@code bash -c} runs the line
     * @param devices devices and their memory
     * @param cpus CPU cores; 0 is not counted
     * @param priority higher first
     * @param env variables put over the submission's environment
     * @param labels the task's labels
     * @param onDisconnect what becomes of it when its node stays out of contact
     * @param lostAfter how long that has to be; null: as the farm's setting says
     * @param oomRetry by how much its request is multiplied for another try when it ends for want
     *     of memory; 0: it fails
     * @param where where it may run
     */
    public record Spec(
            List<String> command,
            boolean shell,
            DeviceNeed devices,
            int cpus,
            int priority,
            Map<String, String> env,
            Map<String, String> labels,
            OnDisconnect onDisconnect,
            @Nullable Duration lostAfter,
            double oomRetry,
            Where where) {

        public Spec {
            command = List.copyOf(command);
            env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        }
    }

    /** The last part of the fullname. */
    public String name() {
        return fullname.substring(fullname.lastIndexOf('/') + 1);
    }

    /** Fullname of the group it lies in; empty for a task outside any group. */
    public String group() {
        int slash = fullname.lastIndexOf('/');
        return slash < 0 ? "" : fullname.substring(0, slash);
    }

    /** Number of the newest attempt, from 1; 0 if there was none yet. */
    public int attempt() {
        return newestAttempt().map(AttemptInfo::number).orElse(0);
    }

    /** Its newest attempt. */
    public Optional<AttemptInfo> newestAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }

    /** Node of the newest attempt; empty if there was none yet. */
    public String node() {
        return newestAttempt().map(AttemptInfo::node).orElse("");
    }

    /** Process id of the newest attempt's command on its node; 0 if none was started. */
    public long pid() {
        return newestAttempt().map(AttemptInfo::pid).orElse(0L);
    }

    /** The task's own directory on its node: {@code <runDir>/<fullname>}. */
    public String directory() {
        return runDir.isEmpty() ? "" : runDir + "/" + fullname;
    }

    /** The command as one line that a POSIX shell would read back to the same arguments. */
    public String commandLine() {
        return spec.shell() ? spec.command().getFirst() : CommandLine.join(spec.command());
    }

    /** Shorthand for {@code spec().priority()}. */
    public int priority() {
        return spec.priority();
    }

    /** Shorthand for {@code spec().devices()}. */
    public DeviceNeed devices() {
        return spec.devices();
    }

    /** Shorthand for {@code spec().where()}. */
    public Where where() {
        return spec.where();
    }

    /** Shorthand for {@code spec().labels()}. */
    public Map<String, String> labels() {
        return spec.labels();
    }
}
