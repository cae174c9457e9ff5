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
 * @param exportPath indices of the export and within its groups
 * @param exportedName the fullname that the script gives it
 * @param hooks those to run
 */
public record PythonWork(
        String python,
        Script script,
        String kind,
        String exportPath,
        String exportedName,
        List<String> hooks) {

    public PythonWork {
        hooks = List.copyOf(hooks);
    }

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

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
