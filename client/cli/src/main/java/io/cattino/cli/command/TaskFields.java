package io.cattino.cli.command;

import io.cattino.cli.output.Fields;
import io.cattino.cli.output.Times;
import io.cattino.client.AttemptInfo;
import io.cattino.client.DeviceShare;
import io.cattino.client.Memory;
import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What programs can read of a task, by the names of {@code --json}, of columns and of filters. */
public final class TaskFields {

    /** The fields that are shown when nobody chooses: a promise to programs. */
    public static final List<String> DEFAULTS =
            List.of(
                    "fullname",
                    "status",
                    "reason",
                    "exit_code",
                    "attempt",
                    "priority",
                    "min_devices",
                    "requires_memory_per_device",
                    "node",
                    "pid",
                    "create_time",
                    "start_time",
                    "end_time",
                    "group",
                    "cmd");

    /** What a pipe gets of {@code list}, in this order: a promise to programs. */
    public static final List<String> COLUMNS =
            List.of(
                    "fullname",
                    "status",
                    "min_devices",
                    "requires_memory_per_device",
                    "node",
                    "priority",
                    "create_time",
                    "run_time",
                    "why");

    /** Every field. */
    public static final Fields<TaskInfo> ALL = all(InstantSource.system());

    private TaskFields() {}

    /**
     * Every field.
     *
     * @param clock says how long something has run
     */
    public static Fields<TaskInfo> all(InstantSource clock) {
        Fields<TaskInfo> fields = new Fields<>("a task");
        fields.add("fullname", TaskInfo::fullname);
        fields.add("status", task -> task.status().word());
        fields.add("reason", task -> orNull(task.reason().code()));
        fields.add("reason_text", task -> orNull(task.reason().text()));
        fields.add("exit_code", TaskInfo::exitCode);
        fields.add("attempt", TaskInfo::attempt);
        fields.add("priority", TaskInfo::priority);
        fields.add("min_devices", task -> task.devices().count());
        fields.add("requires_memory_per_device", task -> memory(task.devices().memory()));
        fields.add("node", task -> orNull(task.node()));
        fields.add("pid", task -> task.pid() == 0 ? null : task.pid());
        fields.add("create_time", TaskInfo::createTime);
        fields.add("start_time", TaskInfo::startTime);
        fields.add("end_time", TaskInfo::endTime);
        fields.add("group", task -> orNull(task.group()));
        fields.add("cmd", TaskInfo::commandLine);
        fields.add("id", TaskInfo::id);
        fields.add("name", TaskInfo::name);
        fields.add("argv", task -> task.spec().command());
        fields.add("shell", task -> task.spec().shell());
        fields.add("cpus", task -> task.spec().cpus());
        fields.add("working_directory", task -> orNull(task.workingDirectory()));
        fields.add("directory", task -> orNull(task.directory()));
        fields.add("env", task -> task.spec().env());
        fields.add("labels", TaskInfo::labels);
        fields.add("user", task -> orNull(task.user()));
        fields.add("submission", TaskInfo::submissionId);
        fields.add("stuck", TaskInfo::stuck);
        fields.add(
                "assigned_device_indices",
                task -> task.newestAttempt().map(TaskFields::devices).orElse(List.of()));
        fields.add("attempts", task -> task.attempts().stream().map(TaskFields::attempt).toList());
        fields.add(
                "after", task -> task.parents().stream().map(parent -> parent.fullname()).toList());
        fields.add("run_time", task -> runTime(task, clock));
        fields.add("why", task -> orNull(TaskWords.reason(task)));
        fields.add("on_disconnect", task -> orNull(TaskWords.onDisconnect(task)));
        fields.add("lost_after", task -> Times.seconds(task.spec().lostAfter()));
        fields.add("oom_retry", task -> task.spec().oomRetry() > 0 ? task.spec().oomRetry() : null);
        fields.add("constraint", task -> orNull(task.where().constraint()));
        fields.add("nodelist", task -> orNull(task.where().nodelist()));
        fields.add("exclude", task -> orNull(task.where().exclude()));
        fields.add("prefer", task -> orNull(task.where().preference()));
        return fields;
    }

    /** Whole seconds. */
    private static @Nullable Long runTime(TaskInfo task, InstantSource clock) {
        Instant start = task.startTime();
        if (start == null || task.status() == TaskStatus.WAITING) {
            return null;
        }
        Instant end = task.endTime();
        return Duration.between(start, end == null ? clock.instant() : end).toSeconds();
    }

    /** Every field. */
    public static List<String> names() {
        return ALL.names();
    }

    /** The chosen fields, written with commas; the usual ones if that is empty. */
    public static List<String> chosen(String fields) {
        return fields.isEmpty() ? DEFAULTS : ALL.split(fields);
    }

    /** One task as an object. */
    public static Map<String, @Nullable Object> json(TaskInfo task, List<String> fields) {
        return ALL.object(task, fields);
    }

    private static @Nullable Object orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Object memory(@Nullable Memory memory) {
        return switch (memory) {
            case null -> null;
            case Memory.Amount amount -> amount.mib();
            case Memory.Share share -> share.fraction();
            case Memory.Auto auto -> auto.toString();
        };
    }

    private static Map<String, @Nullable Object> peak(DeviceShare peak) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("index", peak.index());
        object.put("peak_mib", peak.mib());
        return object;
    }

    private static List<Integer> devices(AttemptInfo attempt) {
        return attempt.devices().stream().map(DeviceShare::index).toList();
    }

    private static Map<String, @Nullable Object> attempt(AttemptInfo attempt) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("number", attempt.number());
        object.put("node", orNull(attempt.node()));
        object.put("pid", attempt.pid() == 0 ? null : attempt.pid());
        object.put("device_indices", devices(attempt));
        object.put("start_time", attempt.startTime());
        object.put("end_time", attempt.endTime());
        object.put("exit_code", attempt.exitCode());
        object.put("reason", orNull(attempt.reason().code()));
        object.put("reason_text", orNull(attempt.reason().text()));
        object.put("peaks", attempt.peaks().stream().map(TaskFields::peak).toList());
        return object;
    }
}
