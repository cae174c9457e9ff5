package io.cattino.cli.create;

import io.cattino.cli.command.Interpreter;
import io.cattino.cli.output.Failure;
import io.cattino.cli.syntax.Syntax;
import io.cattino.client.Names;
import io.cattino.client.ProcTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code create} can say of a task. */
public final class TaskOptions {

    private @Nullable String name;
    private @Nullable String group;
    private @Nullable Integer priority;
    private final DeviceOptions devices = new DeviceOptions();
    private int cpus;
    private List<String> labels = List.of();
    private List<String> variables = List.of();
    private List<Path> envFiles = List.of();
    private @Nullable Path directory;
    private final FateOptions fate = new FateOptions();
    private final WhereOptions where = new WhereOptions();
    private boolean shell;
    private boolean hold;
    private @Nullable String python;

    /** What it takes. */
    public void declare(Syntax syntax) {
        syntax.option("-n", "--task-name")
                .label("NAME")
                .says(
                        "Its name; default: five random characters. It may hold arguments of the command: 'lr-$${arg.lr}'")
                .text(it -> name = it);
        syntax.option("-g", "--as-group")
                .label("GROUP")
                .says("Put it into this group")
                .text(it -> group = it);
        syntax.option("-p", "--priority")
                .label("N")
                .says("Higher first; default 1")
                .number(it -> priority = it);
        devices.declare(syntax);
        syntax.option("--cpus")
                .label("N")
                .says("CPU cores; default 0: not counted")
                .number(it -> cpus = it);
        where.declare(syntax);
        syntax.option("-l", "--label")
                .label("K=V")
                .says("A label; may be repeated")
                .texts(it -> labels = it);
        syntax.option("-e", "--env")
                .label("K[=V]")
                .says("A variable; without a value, this one's from here. May be repeated")
                .texts(it -> variables = it);
        syntax.option("--env-file")
                .label("FILE")
                .says("Variables from a file of KEY=VALUE lines; may be repeated. -e wins over it")
                .paths(it -> envFiles = it);
        syntax.option("-D", "--chdir")
                .label("DIR")
                .says("Where it runs; default: here")
                .path(it -> directory = it);
        fate.declare(syntax);
        syntax.option("--shell").says("Let bash -c run the command line").flag(it -> shell = it);
        syntax.option("--python")
                .label("EXE")
                .says(
                        "The interpreter of a script that exports; default: $$CATTINO_PYTHON, $$VIRTUAL_ENV/bin/python, python3")
                .text(it -> python = it);
        syntax.option("--hold").says("Do not start it before: unhold NAME").flag(it -> hold = it);
    }

    /** The interpreter of a script. */
    String python(Map<String, String> env) {
        return python == null ? Interpreter.of(env) : python;
    }

    /** What can only be said of a task and not of a group. */
    void refuseOfGroup(String name) {
        if (devices.given()) {
            throw Failure.usage(
                    "-c and -M say nothing of a group, and '%s' is one".formatted(name),
                    "say it of the tasks in the script, or later: meow set GROUP/TASK.min_devices N");
        }
    }

    /** Says what was given here of a task that a script exported. */
    void override(ProcTask.Builder task, boolean inGroup, Map<String, String> env, Path here) {
        if (shell) {
            throw Failure.usage(
                    "--shell is for a command line, not for a script that exports",
                    "in the script: ProcTask(..., shell=True)");
        }
        if (!inGroup) {
            devices.apply(task, false);
        }
        if (priority != null) {
            task.priority(priority);
        }
        if (cpus != 0) {
            task.cpus(cpus);
        }
        if (hold) {
            task.hold(true);
        }
        more(task, env, here);
    }

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
        devices.apply(task, true);
        task.cpus(cpus).hold(hold);
        more(task, env, here);
        return task.build();
    }

    private void more(ProcTask.Builder task, Map<String, String> env, Path here) {
        fate.apply(task);
        where.apply(task);
        devices.applySize(task);
        labels.forEach(label -> task.label(key("-l", label), value(label)));
        envFiles.forEach(file -> task.env(DotEnv.read(here.resolve(file))));
        for (String variable : variables) {
            task.env(
                    variable.contains("=") ? key("-e", variable) : variable,
                    variable(variable, env));
        }
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
