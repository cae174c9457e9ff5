package io.cattino.agent.exec;

import io.cattino.agent.core.DevicePromise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a task finds in its environment and in its magic strings. Pure. */
final class TaskEnvironment {

    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What bash sets, counts up, or complains about when it starts. */
    private static final Pattern CHANGED_BY_BASH =
            Pattern.compile(
                    "LC_.*|BASH.*|EPOCH.*|HIST.*|HOST.*|E?UID|PPID|S?RANDOM|SECONDS|LINENO|GROUPS"
                            + "|DIRSTACK|MACHTYPE|OSTYPE|OPT(IND|ARG|ERR)|SHLVL|OLDPWD|_|TMOUT"
                            + "|POSIXLY_CORRECT|SHELLOPTS|PIPESTATUS|FUNCNAME|COLUMNS|LINES|ENV");

    private TaskEnvironment() {}

    /** The command's whole environment. */
    static Map<String, String> of(LaunchOrder order, NodeFacts node) {
        Map<String, String> environment = new TreeMap<>();
        order.submitted()
                .forEach((name, value) -> {
                    if (!isOurs(name)) {
                        environment.put(name, value);
                    }
                });
        environment.put("PWD", order.workingDirectory().toString());
        environment.putIfAbsent("PYTHONUNBUFFERED", "1");
        node.pythonZip()
                .ifPresent(zip ->
                        environment.merge(
                                "PYTHONPATH", zip.toString(), (own, ours) -> ours + ":" + own));
        order.added()
                .forEach((name, value) -> {
                    if (!name.startsWith("CATTINO_")) {
                        environment.put(name, value);
                    }
                });
        environment.putAll(own(order, node));
        environment.putAll(DeviceControl.of(node.deviceKind()).variables(indices(order)));
        environment.keySet().removeIf(name -> name.isEmpty() || name.contains("="));
        return environment;
    }

    private static boolean isOurs(String name) {
        return name.startsWith("CATTINO_") || name.endsWith("_VISIBLE_DEVICES");
    }

    private static Map<String, String> own(LaunchOrder order, NodeFacts node) {
        Map<String, String> own = new TreeMap<>();
        own.put("CATTINO_TASK_HOME", order.taskDirectory().toString());
        own.put("CATTINO_TASK_ID", Long.toString(order.id().taskId()));
        own.put("CATTINO_TASK_NAME", order.taskName());
        own.put("CATTINO_FULLNAME", order.fullname());
        own.put("CATTINO_ATTEMPT", Integer.toString(order.id().number()));
        own.put("CATTINO_ATTEMPT_ID", node.marker(order.id()));
        own.put("CATTINO_AGENT_DATA", node.data().toString());
        own.put("CATTINO_ATTEMPT_EPOCH", Long.toString(order.id().epoch()));
        own.put("CATTINO_RUN_DIR", order.runDir().toString());
        own.put("CATTINO_NODE", node.name());
        own.put("CATTINO_GPUS", Integer.toString(gpus(order, node)));
        own.put("CATTINO_NUMA_NODES", numaNodes(order, node));
        if (!order.coordinator().isEmpty()) {
            own.put("CATTINO_COORDINATOR", order.coordinator());
            node.tokenFile().ifPresent(file -> own.put("CATTINO_TOKEN_FILE", file.toString()));
            if (node.insecurePlaintext()) {
                own.put("CATTINO_INSECURE_PLAINTEXT", "1");
            }
        }
        return own;
    }

    private static List<Integer> indices(LaunchOrder order) {
        return order.devices().stream().map(DevicePromise::index).toList();
    }

    private static String numaNodes(LaunchOrder order, NodeFacts node) {
        return indices(order).stream()
                .map(node.numaNode()::apply)
                .flatMapToInt(OptionalInt::stream)
                .distinct()
                .sorted()
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
    }

    private static int gpus(LaunchOrder order, NodeFacts node) {
        return node.hasAccelerators() ? order.devices().size() : 0;
    }

    /** What magic strings may name. */
    static Map<String, String> magic(LaunchOrder order, NodeFacts node) {
        return Map.ofEntries(
                Map.entry("task_name", order.taskName()),
                Map.entry("fullname", order.fullname()),
                Map.entry("run_dir", order.runDir().toString()),
                Map.entry("fullpath", order.taskDirectory().toString()),
                Map.entry("cattino.node", node.name()),
                Map.entry("cattino.attempt", Integer.toString(order.id().number())),
                Map.entry("cattino.task_id", Long.toString(order.id().taskId())),
                Map.entry("cattino.gpus", Integer.toString(gpus(order, node))),
                Map.entry("cattino.user", order.user()));
    }

    /**
     * The environment of the supervisor: the same, but names that no shell can hold (exported
     * functions, names with dots), or that its shell would change, come wrapped, for the supervisor
     * to unwrap.
     */
    static Map<String, String> forSupervisor(Map<String, String> environment) {
        Map<String, String> wrapped = new LinkedHashMap<>();
        int extras = 0;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (SHELL_NAME.matcher(name).matches() && !CHANGED_BY_BASH.matcher(name).matches()) {
                wrapped.put(variable.getKey(), variable.getValue());
            } else if (!variable.getKey().startsWith("-")) { // env would take it for an option
                extras++;
                wrapped.put(
                        "CATTINO_EXTRA_" + extras, variable.getKey() + "=" + variable.getValue());
            }
        }
        if (extras > 0) {
            wrapped.put("CATTINO_EXTRA", Integer.toString(extras));
        }
        return wrapped;
    }
}
