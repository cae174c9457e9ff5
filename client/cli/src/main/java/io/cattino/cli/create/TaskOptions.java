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
            description =
                    "Its name; default: five random characters. It may hold arguments of the command: 'lr-$${arg.lr}'")
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
            names = "--env-file",
            paramLabel = "FILE",
            order = 9,
            description =
                    "Variables from a file of KEY=VALUE lines; may be repeated. -e wins over it")
    private List<Path> envFiles = List.of();

    @Option(
            names = {"-D", "--chdir"},
            paramLabel = "DIR",
            order = 10,
            description = "Where it runs; default: here")
    private @Nullable Path directory;

    @Option(names = "--shell", order = 11, description = "Let bash -c run the command line")
    private boolean shell;

    @Option(names = "--hold", order = 12, description = "Do not start it before: unhold NAME")
    private boolean hold;

    /** Whether it waits until it is let go. */
    boolean hold() {
        return hold;
    }

    /** Whether a shell runs it. */
    boolean shell() {
        return shell;
    }

    /** Its group, with arguments of the command; null if it lies in none. */
    @Nullable String group(List<String> arguments) {
        if (group == null) {
            return null;
        }
        String resolved = ArgumentNames.resolve(group, arguments);
        if (resolved.contains("/")) {
            throw Failure.usage("a group of -g is one name, without '/': '%s'".formatted(resolved));
        }
        return Names.checkName(resolved);
    }

    /**
     * Its name; null if it is to be a random one.
     *
     * @param arguments of the command
     * @param index which of several tasks it is; they need different names
     * @param count how many tasks there are
     */
    @Nullable String name(List<String> arguments, int index, int count) {
        if (name == null) {
            return null;
        }
        boolean differs = count == 1 || ArgumentNames.isMagic(name);
        String resolved = ArgumentNames.resolve(name, arguments);
        return checked(differs ? resolved : resolved + "_" + index);
    }

    /** Where it runs; null: here. */
    @Nullable Path directory() {
        return directory;
    }

    /**
     * The task.
     *
     * @param name null for a random one
     * @param words the command, from the program on
     * @param env the submitter's variables
     * @param here the submitter's directory
     */
    ProcTask task(@Nullable String name, List<String> words, Map<String, String> env, Path here) {
        ProcTask.Builder task = name == null ? ProcTask.builder() : ProcTask.builder(name);
        if (shell) {
            task.shell(words.getFirst());
        } else {
            task.command(words);
        }
        if (priority != null) {
            task.priority(priority);
        }
        if (memory != null && minDevices != null && minDevices == 0) {
            throw Failure.usage(
                    "-M %s needs at least 1 device, not -c 0".formatted(memory),
                    "leave -c out for one; leave -M out for a task without devices");
        }
        if (minDevices != null) {
            task.minDevices(minDevices);
        }
        if (memory != null) {
            task.memoryPerDevice(Memory.parse(memory));
        }
        task.cpus(cpus).hold(hold);
        labels.forEach(label -> task.label(key("-l", label), value(label)));
        envFiles.forEach(file -> task.env(DotEnv.read(here.resolve(file))));
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
            throw Failure.usage(
                    "%s wants KEY=VALUE, not '%s'".formatted(option, pair),
                    "if it is the command's own: put the command's own options after --");
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
