package io.cattino.cli.command;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Text;
import io.cattino.cli.output.Times;
import io.cattino.client.AttemptInfo;
import io.cattino.client.DeviceShare;
import io.cattino.client.Memory;
import io.cattino.client.TaskInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

    private static final Map<String, Field> ALL = all();

    private TaskFields() {}

    /** Reads one field; null where there is nothing. */
    interface Field extends Function<TaskInfo, @Nullable Object> {}

    private static Map<String, Field> all() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("fullname", TaskInfo::fullname);
        fields.put("status", task -> task.status().word());
        fields.put("reason", task -> orNull(task.reason().code()));
        fields.put("reason_text", task -> orNull(task.reason().text()));
        fields.put("exit_code", TaskInfo::exitCode);
        fields.put("attempt", TaskInfo::attempt);
        fields.put("priority", TaskInfo::priority);
        fields.put("min_devices", task -> task.devices().count());
        fields.put("requires_memory_per_device", task -> memory(task.devices().memory()));
        fields.put("node", task -> orNull(task.node()));
        fields.put("pid", task -> task.pid() == 0 ? null : task.pid());
        fields.put("create_time", TaskInfo::createTime);
        fields.put("start_time", TaskInfo::startTime);
        fields.put("end_time", TaskInfo::endTime);
        fields.put("group", task -> orNull(task.group()));
        fields.put("cmd", TaskInfo::commandLine);
        fields.put("id", TaskInfo::id);
        fields.put("name", TaskInfo::name);
        fields.put("argv", task -> task.spec().command());
        fields.put("shell", task -> task.spec().shell());
        fields.put("cpus", task -> task.spec().cpus());
        fields.put("working_directory", task -> orNull(task.workingDirectory()));
        fields.put("directory", task -> orNull(task.directory()));
        fields.put("env", task -> task.spec().env());
        fields.put("labels", TaskInfo::labels);
        fields.put("user", task -> orNull(task.user()));
        fields.put("submission", TaskInfo::submissionId);
        fields.put("stuck", TaskInfo::stuck);
        fields.put(
                "assigned_device_indices",
                task -> task.newestAttempt().map(TaskFields::devices).orElse(List.of()));
        fields.put("attempts", task -> task.attempts().stream().map(TaskFields::attempt).toList());
        fields.put(
                "after", task -> task.parents().stream().map(parent -> parent.fullname()).toList());
        return fields;
    }

    /** Every field. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The chosen fields, written with commas; the usual ones if that is empty. */
    public static List<String> chosen(String fields) {
        return fields.isEmpty()
                ? DEFAULTS
                : check(
                        Arrays.stream(fields.split(",", -1))
                                .map(String::strip)
                                .filter(name -> !name.isEmpty())
                                .toList());
    }

    /** The same names, with underscores; every one has to be a field. */
    public static List<String> check(List<String> names) {
        List<String> checked = new ArrayList<>();
        for (String name : names) {
            String field = name.replace('-', '_');
            if (!ALL.containsKey(field)) {
                throw Failure.usage(
                        "a task has no field '%s'".formatted(name),
                        Text.nearest(field, ALL.keySet())
                                .map("did you mean: %s ?"::formatted)
                                .orElseGet(() -> "there are: " + String.join(" ", ALL.keySet())));
            }
            checked.add(field);
        }
        return checked;
    }

    /** One task as an object. */
    public static Map<String, @Nullable Object> json(TaskInfo task, List<String> fields) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        fields.forEach(field -> object.put(field, value(task, field)));
        return object;
    }

    /** One field as text; a dash where there is nothing. */
    public static String text(TaskInfo task, String field) {
        Object value = value(task, field);
        return switch (value) {
            case null -> "-";
            case Instant time -> Times.rfc3339(time);
            case List<?> list ->
                    list.isEmpty()
                            ? "-"
                            : String.join(",", list.stream().map(String::valueOf).toList());
            case Map<?, ?> map ->
                    map.isEmpty()
                            ? "-"
                            : String.join(
                                    ",",
                                    map.entrySet().stream()
                                            .map(e -> e.getKey() + "=" + e.getValue())
                                            .toList());
            default -> value.toString();
        };
    }

    /** One field; null where there is nothing. */
    public static @Nullable Object value(TaskInfo task, String field) {
        Field known = ALL.get(field);
        return known == null ? null : known.apply(task);
    }

    private static @Nullable Object orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Object memory(@Nullable Memory memory) {
        return switch (memory) {
            case null -> null;
            case Memory.Amount amount -> amount.mib();
            case Memory.Share share -> share.fraction();
        };
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
        return object;
    }
}
