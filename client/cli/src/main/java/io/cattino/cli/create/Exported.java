package io.cattino.cli.create;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.cattino.cli.output.Failure;
import io.cattino.client.EdgeCondition;
import io.cattino.client.Memory;
import io.cattino.client.OnDisconnect;
import io.cattino.client.ProcTask;
import io.cattino.client.PythonObject;
import io.cattino.client.PythonScript;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskItem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a script exported, as tasks and groups. The document is made by our own Python
 * package of the same version.
 */
final class Exported {

    private static final double MILLIS = 1e3;

    private final JsonObject document;
    private final List<String> arguments;
    private final TaskOptions options;
    private final Path here;
    private final Map<String, String> env;
    private final Map<String, TaskItem> items = new LinkedHashMap<>();
    private boolean needsScript;

    /**
     * Of a document.
     *
     * @param arguments of the script
     * @param options what the command line says of tasks
     */
    Exported(
            JsonObject document,
            List<String> arguments,
            TaskOptions options,
            Path here,
            Map<String, String> env) {
        this.document = document;
        this.arguments = arguments;
        this.options = options;
        this.here = here;
        this.env = env;
    }

    int count() {
        return array(document, "exports").size();
    }

    /** Names of what is exported, without what lies in it. */
    List<String> names() {
        return array(document, "exports").stream().map(it -> text(it, "name")).toList();
    }

    /** How the script is run again; null if no task needs that. */
    @Nullable PythonScript script() {
        JsonObject script = document.getAsJsonObject("script");
        return needsScript
                ? new PythonScript(
                        text(script, "path"),
                        text(script, "python"),
                        texts(script.get("sysPath")),
                        text(script, "seed"))
                : null;
    }

    /** Makes the tasks and groups. What is exported at the top gets these names. */
    List<TaskItem> items(List<String> names) {
        List<TaskItem> exported = new ArrayList<>();
        List<JsonObject> exports = array(document, "exports");
        for (int i = 0; i < exports.size(); i++) {
            String name = text(exports.get(i), "name");
            exported.add(
                    exports.get(i).get("group").getAsBoolean()
                            ? group(name, names.get(i))
                            : task(find(name), names.get(i), false));
        }
        return exported;
    }

    /** Says to a submission that has the items what waits for what. */
    void edges(Submission.Builder submission) {
        for (JsonElement edge : document.getAsJsonArray("edges")) {
            List<String> ends = texts(edge);
            submission.edge(item(ends.getFirst()), item(ends.getLast()));
        }
        for (JsonObject task : array(document, "tasks")) {
            TaskItem item = item(text(task, "name"));
            after(task, "after")
                    .forEach(name -> submission.after(item, name, EdgeCondition.SUCCESS));
            after(task, "after_any")
                    .forEach(name -> submission.after(item, name, EdgeCondition.ANY));
        }
    }

    private static List<String> after(JsonObject task, String key) {
        JsonElement names = task.get(key);
        if (names == null) {
            return List.of();
        }
        return names.isJsonArray() ? texts(names) : List.of(names.getAsString().split(","));
    }

    private TaskItem item(String fullname) {
        TaskItem found = items.get(fullname);
        if (found == null) {
            throw new IllegalStateException("the document names no '%s'".formatted(fullname));
        }
        return found;
    }

    private JsonObject find(String fullname) {
        return array(document, "tasks").stream()
                .filter(task -> text(task, "name").equals(fullname))
                .findFirst()
                .orElseThrow();
    }

    private TaskGroup group(String fullname, String name) {
        options.refuseOfGroup(name);
        TaskGroup.Builder group = TaskGroup.builder(name);
        hooks(fullname)
                .ifPresent(python -> {
                    needsScript = true;
                    group.python(python);
                });
        for (Map.Entry<String, Optional<JsonObject>> child : children(fullname).entrySet()) {
            String last = child.getKey().substring(fullname.length() + 1);
            group.add(
                    child.getValue().isPresent()
                            ? task(child.getValue().get(), last, true)
                            : group(child.getKey(), last));
        }
        TaskGroup made = group.build();
        items.put(fullname, made);
        return made;
    }

    /** What of the group Python runs on nodes; empty: nothing. */
    private Optional<PythonObject> hooks(String fullname) {
        return array(document, "groups").stream()
                .filter(group -> text(group, "name").equals(fullname))
                .filter(group -> !texts(group.get("hooks")).isEmpty())
                .findFirst()
                .map(group ->
                        new PythonObject(
                                PythonObject.Kind.COMMAND,
                                text(group, "exportPath"),
                                fullname,
                                arguments,
                                texts(group.get("hooks"))));
    }

    /** What lies right in a group, in order: tasks, and groups, which have no object here. */
    private Map<String, Optional<JsonObject>> children(String group) {
        Map<String, Optional<JsonObject>> children = new LinkedHashMap<>();
        for (JsonObject task : array(document, "tasks")) {
            String fullname = text(task, "name");
            if (!fullname.startsWith(group + "/")) {
                continue;
            }
            int slash = fullname.indexOf('/', group.length() + 1);
            if (slash < 0) {
                children.put(fullname, Optional.of(task));
            } else {
                children.putIfAbsent(fullname.substring(0, slash), Optional.empty());
            }
        }
        return children;
    }

    private ProcTask task(JsonObject task, String name, boolean inGroup) {
        ProcTask.Builder made = ProcTask.builder(name);
        String fullname = text(task, "name");
        try {
            read(task, made);
            options.override(made, inGroup, env, here);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("%s: %s".formatted(fullname, e.getMessage()));
        }
        ProcTask built = made.build();
        items.put(fullname, built);
        return built;
    }

    private void read(JsonObject task, ProcTask.Builder made) {
        String kind = text(task, "kind");
        if (kind.equals("command")) {
            List<String> command = texts(task.get("command"));
            if (truth(task, "shell")) {
                made.shell(command.getFirst());
            } else {
                made.command(command);
            }
        } else {
            made.command(List.of("%s (%s of a script)".formatted(text(task, "name"), kind)));
        }
        List<String> hooks = texts(task.get("hooks"));
        if (!kind.equals("command") || !hooks.isEmpty() || truth(task, "python")) {
            needsScript = true;
            made.python(
                    new PythonObject(
                            PythonObject.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                            text(task, "exportPath"),
                            text(task, "name"),
                            arguments,
                            hooks));
        }
        made.priority(task.get("priority").getAsInt());
        if (task.has("devices")) {
            devices(task.getAsJsonObject("devices"), made);
        }
        if (task.has("env")) {
            task.getAsJsonObject("env")
                    .entrySet()
                    .forEach(variable ->
                            made.env(variable.getKey(), variable.getValue().getAsString()));
        }
        if (task.has("labels")) {
            task.getAsJsonObject("labels")
                    .entrySet()
                    .forEach(label -> made.label(label.getKey(), label.getValue().getAsString()));
        }
        if (task.has("cpus")) {
            made.cpus(task.get("cpus").getAsInt());
        }
        if (task.has("cwd")) {
            made.workingDirectory(here.resolve(text(task, "cwd")));
        }
        if (task.has("on_disconnect")) {
            made.onDisconnect(
                    OnDisconnect.valueOf(text(task, "on_disconnect").toUpperCase(Locale.ROOT)));
        }
        if (task.has("lost_after")) {
            made.lostAfter(
                    Duration.ofMillis(Math.round(task.get("lost_after").getAsDouble() * MILLIS)));
        }
        if (task.has("oom_retry")) {
            made.oomRetry(task.get("oom_retry").getAsDouble());
        }
        where(task, made);
        made.hold(truth(task, "hold"));
    }

    private static void where(JsonObject task, ProcTask.Builder made) {
        if (task.has("constraint")) {
            made.where(it -> it.withConstraint(text(task, "constraint")));
        }
        if (task.has("nodelist")) {
            made.where(it -> it.withNodes(text(task, "nodelist")));
        }
        if (task.has("exclude")) {
            made.where(it -> it.withExcluded(text(task, "exclude")));
        }
        if (task.has("prefer")) {
            made.where(it -> it.withPreference(text(task, "prefer")));
        }
    }

    private static void devices(JsonObject need, ProcTask.Builder made) {
        made.minDevices(need.get("count").getAsInt());
        if (need.has("mib")) {
            made.memoryPerDevice(Memory.mib(need.get("mib").getAsLong()));
        } else if (need.has("sharePpm")) {
            made.memoryPerDevice(new Memory.Share(need.get("sharePpm").getAsInt()));
        } else if (need.has("auto")) {
            made.memoryPerDevice(Memory.auto());
        }
    }

    private static boolean truth(JsonObject object, String key) {
        return object.has(key) && object.get(key).getAsBoolean();
    }

    private static String text(JsonObject object, String key) {
        return object.get(key).getAsString();
    }

    private static List<String> texts(JsonElement array) {
        List<String> texts = new ArrayList<>();
        ((JsonArray) array).forEach(text -> texts.add(text.getAsString()));
        return texts;
    }

    private static List<JsonObject> array(JsonObject object, String key) {
        List<JsonObject> found = new ArrayList<>();
        object.getAsJsonArray(key).forEach(element -> found.add(element.getAsJsonObject()));
        return found;
    }
}
