package io.cattino.cli.create;

import io.cattino.cli.output.Failure;
import io.cattino.client.Memory;
import io.cattino.client.Names;
import io.cattino.client.ProcTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code create} can say of a task. */
public final class TaskOptions {

    @Option(
            names = {"-n", "--task-name"},
            paramLabel = "NAME",
            order = 1,
            description = "Its name; default: five random characters")
    private @Nullable String name;

    @Option(
            names = {"-g", "--as-group"},
            paramLabel = "GROUP",
            order = 2,
            description = "Put it into this group")
    private @Nullable String group;

    @Option(
            names = {"-p", "--priority"},
            paramLabel = "N",
            order = 3,
            description = "Higher first; default 1")
    private @Nullable Integer priority;

    @Option(
            names = {"-c", "--min-devices"},
            paramLabel = "N",
            order = 4,
            description =
                    "How many devices: GPUs, or the host memory of a machine without. Without -M whole free ones. Default: 1 with -M, else 0")
    private @Nullable Integer minDevices;

    @Option(
            names = {"-M", "--requires-memory-per-device"},
            paramLabel = "MEMORY",
            order = 5,
            description = "Memory on each device: 20000 (MiB), 20G, or a share: 0.5, 50%%")
    private @Nullable String memory;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            order = 6,
            description = "CPU cores; default 0: not counted")
    private int cpus;

    @Option(
            names = {"-l", "--label"},
            paramLabel = "K=V",
            order = 7,
            description = "A label; may be repeated")
    private List<String> labels = List.of();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "K[=V]",
            order = 8,
            description = "A variable; without a value, this one's from here. May be repeated")
    private List<String> variables = List.of();

    @Option(
            names = {"-D", "--chdir"},
            paramLabel = "DIR",
            order = 9,
            description = "Where it runs; default: here")
    private @Nullable Path directory;

    @Option(names = "--shell", order = 10, description = "Let bash -c run the command line")
    private boolean shell;

    /** Whether a shell runs it. */
    boolean shell() {
        return shell;
    }

    /** Its group; null if it lies in none. */
    @Nullable String group() {
        if (group != null && group.contains("/")) {
            throw Failure.usage("a group of -g is one name, without '/': '%s'".formatted(group));
        }
        return group == null ? null : Names.checkName(group);
    }

    /** Where it runs; null: here. */
    @Nullable Path directory() {
        return directory;
    }

    /** The task. */
    ProcTask task(List<String> words, Map<String, String> env) {
        ProcTask.Builder task = name == null ? ProcTask.builder() : ProcTask.builder(checked(name));
        if (shell) {
            task.shell(words.getFirst());
        } else {
            task.command(words);
        }
        if (priority != null) {
            task.priority(priority);
        }
        if (minDevices != null) {
            task.minDevices(minDevices);
        }
        if (memory != null) {
            task.memoryPerDevice(Memory.parse(memory));
        }
        task.cpus(cpus);
        labels.forEach(label -> task.label(key("-l", label), value(label)));
        for (String variable : variables) {
            task.env(
                    variable.contains("=") ? key("-e", variable) : variable,
                    variable(variable, env));
        }
        return task.build();
    }

    private static String checked(String name) {
        int slash = name.lastIndexOf('/');
        if (slash >= 0) {
            throw Failure.usage(
                    "a name holds no '/': -n %s".formatted(name),
                    slash > 0 && slash < name.length() - 1
                            ? "a task in a group: -g %s -n %s"
                                    .formatted(name.substring(0, slash), name.substring(slash + 1))
                            : "a task in a group: -g GROUP -n NAME");
        }
        return name;
    }

    private static String key(String option, String pair) {
        int equals = pair.indexOf('=');
        if (equals <= 0) {
            throw Failure.usage("%s wants KEY=VALUE, not '%s'".formatted(option, pair));
        }
        return pair.substring(0, equals);
    }

    private static String value(String pair) {
        return pair.substring(pair.indexOf('=') + 1);
    }

    private static String variable(String variable, Map<String, String> env) {
        if (variable.contains("=")) {
            return value(variable);
        }
        String here = env.get(variable);
        if (here == null) {
            throw Failure.usage(
                    "%s is not set here".formatted(variable),
                    "say what it is: -e %s=VALUE".formatted(variable));
        }
        return here;
    }
}
