package io.cattino.coordinator.core.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one task is, as handed in and checked at the edge.
 *
 * @param cpus cores; 0 is not counted
 * @param priority higher first
 * @param env put over the context's environment
 * @param workingDirectory absolute, or null for the context's
 * @param loss what becomes of it when its node stays out of contact
 * @param oomRetry what becomes of it when it ends for want of memory
 * @param where it may run
 */
public record TaskSpec(
        String fullname,
        Command command,
        DeviceNeed devices,
        int cpus,
        int priority,
        SortedMap<String, String> env,
        SortedMap<String, String> labels,
        @Nullable String workingDirectory,
        LossPolicy loss,
        OomRetry oomRetry,
        Where where) {
    /** A task that may run anywhere. */
    public TaskSpec(
            String fullname,
            Command command,
            DeviceNeed devices,
            int cpus,
            int priority,
            SortedMap<String, String> env,
            SortedMap<String, String> labels,
            @Nullable String workingDirectory,
            LossPolicy loss) {
        this(
                fullname,
                command,
                devices,
                cpus,
                priority,
                env,
                labels,
                workingDirectory,
                loss,
                OomRetry.NONE,
                Where.ANYWHERE);
    }

    public TaskSpec {
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** The same task under another fullname. */
    public TaskSpec withFullname(String name) {
        return new TaskSpec(
                name,
                command,
                devices,
                cpus,
                priority,
                env,
                labels,
                workingDirectory,
                loss,
                oomRetry,
                where);
    }

    /** The same task with other labels. */
    public TaskSpec withLabels(SortedMap<String, String> value) {
        return new TaskSpec(
                fullname,
                command,
                devices,
                cpus,
                priority,
                env,
                value,
                workingDirectory,
                loss,
                oomRetry,
                where);
    }

    /** The same task with another priority. */
    public TaskSpec withPriority(int value) {
        return new TaskSpec(
                fullname,
                command,
                devices,
                cpus,
                value,
                env,
                labels,
                workingDirectory,
                loss,
                oomRetry,
                where);
    }

    /** The same task with other devices. */
    public TaskSpec withDevices(DeviceNeed need) {
        return new TaskSpec(
                fullname,
                command,
                need,
                cpus,
                priority,
                env,
                labels,
                workingDirectory,
                loss,
                oomRetry,
                where);
    }

    /** The same task with what its need comes to as things are. */
    public TaskSpec asking(DeviceNeed resolved) {
        return resolved.equals(devices) ? this : withDevices(resolved);
    }

    /** The same task with another fate when its node stays out of contact. */
    public TaskSpec with(LossPolicy value) {
        return new TaskSpec(
                fullname,
                command,
                devices,
                cpus,
                priority,
                env,
                labels,
                workingDirectory,
                value,
                oomRetry,
                where);
    }

    /** The same task with another fate when it ends for want of memory. */
    public TaskSpec with(OomRetry value) {
        return new TaskSpec(
                fullname,
                command,
                devices,
                cpus,
                priority,
                env,
                labels,
                workingDirectory,
                loss,
                value,
                where);
    }

    /** The same task at other places. */
    public TaskSpec withWhere(Where value) {
        return new TaskSpec(
                fullname,
                command,
                devices,
                cpus,
                priority,
                env,
                labels,
                workingDirectory,
                loss,
                oomRetry,
                value);
    }
}
