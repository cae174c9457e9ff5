package io.cattino.agent.exec;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * What Python does for an attempt: the script is run again, and the object found that it exported.
 *
 * @param python the interpreter, as the submitter's told it
 * @param kind {@code command}, {@code function} or {@code custom}
 * @param exportPath indices of the export and within its groups; empty: no object of the script,
 *     which is run for its groups alone
 * @param exportedName the fullname that the script gives it
 * @param hooks those to run
 * @param groupStarts groups whose on_start runs before it, outer before inner
 */
public record PythonWork(
        String python,
        Script script,
        String kind,
        String exportPath,
        String exportedName,
        List<String> hooks,
        List<GroupStart> groupStarts) {

    public PythonWork {
        hooks = List.copyOf(hooks);
        groupStarts = List.copyOf(groupStarts);
    }

    /**
     * A group whose on_start runs before the attempt.
     *
     * @param fullname as it is stored
     * @param exportPath where the script exports it
     * @param exportedName what the script calls it
     */
    public record GroupStart(String fullname, String exportPath, String exportedName) {}

    /**
     * The script.
     *
     * @param text its source when it was submitted; may be empty
     */
    public record Script(
            String path,
            String text,
            List<String> arguments,
            List<String> searchPath,
            String seed) {
        public Script {
            arguments = List.copyOf(arguments);
            searchPath = List.copyOf(searchPath);
        }
    }

    /**
     * For the runner, which is Python.
     *
     * @param magic what magic strings may name
     * @param records the directory in which runner and agent leave each other notes
     * @param hooksLog where output of the script and its hooks goes
     */
    String json(LaunchOrder order, Map<String, String> magic, String records, String hooksLog) {
        JsonObject json = new JsonObject();
        json.addProperty("path", script.path());
        json.addProperty("text", script.text());
        json.add("arguments", array(script.arguments()));
        json.add("searchPath", array(script.searchPath()));
        json.addProperty("seed", script.seed());
        json.addProperty("kind", kind);
        json.addProperty("exportPath", exportPath);
        json.addProperty("exportedName", exportedName);
        json.add("hooks", array(hooks));
        json.add("command", array(order.argv()));
        json.addProperty("shell", order.shell());
        JsonArray groups = new JsonArray();
        for (GroupStart start : groupStarts) {
            JsonObject group = new JsonObject();
            group.addProperty("exportPath", start.exportPath());
            group.addProperty("exportedName", start.exportedName());
            group.addProperty("hooksLog", groupLog(order, start.fullname()));
            groups.add(group);
        }
        json.add("groups", groups);
        JsonArray devices = new JsonArray();
        order.devices().forEach(device -> devices.add(device.index()));
        json.add("devices", devices);
        JsonObject variables = new JsonObject();
        magic.forEach(variables::addProperty);
        json.add("magic", variables);
        json.addProperty("node", magic.getOrDefault("cattino.node", ""));
        json.addProperty("records", records);
        json.addProperty("hooksLog", hooksLog);
        return json.toString();
    }

    private static String groupLog(LaunchOrder order, String group) {
        return TaskPaths.taskDirectory(order.runDir(), group)
                .resolve(TaskPaths.LogName.HOOKS.file())
                .toString();
    }

    /** Where what it prints of hooks goes: a group's on_end belongs to the group. */
    String hooksLog(LaunchOrder order) {
        String fullname = order.fullname();
        return kind.equals("group_end")
                ? groupLog(order, fullname.substring(0, fullname.lastIndexOf('/')))
                : order.taskDirectory().resolve(TaskPaths.LogName.HOOKS.file()).toString();
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
