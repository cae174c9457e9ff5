package io.cattino.coordinator.core.memory;

import io.cattino.coordinator.core.model.Command;
import io.cattino.coordinator.core.model.Context;
import io.cattino.coordinator.core.model.PythonObject;
import io.cattino.coordinator.core.model.PythonScript;
import io.cattino.coordinator.core.model.TaskSpec;
import io.cattino.coordinator.core.model.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells by a task what its runs are known by: who submitted it from where, how many devices it asks
 * for, its command and its own variables. The same command of somebody else, in another directory
 * or on more devices may well be other work.
 */
public final class WorkIdentity {
    private WorkIdentity() {}

    /** Of a task as it was handed in. */
    public static Work of(TaskSpec spec, Context context) {
        return new Work(hash(1, exact(spec, context)), hash(2, family(spec, context)));
    }

    private static List<String> exact(TaskSpec spec, Context context) {
        List<String> parts = new ArrayList<>(List.of(context.user(), directory(spec, context)));
        parts.add(String.valueOf(spec.devices().count()));
        Command command = spec.command();
        if (isCommand(command)) {
            parts.add(command.shell() ? "shell" : "argv");
            parts.addAll(command.argv());
        } else {
            PythonObject python = command.python().orElseThrow();
            parts.add(python.kind() + " of " + script(context));
            parts.add(python.exportedName());
            parts.addAll(python.arguments());
        }
        parts.add("env");
        spec.env().forEach((key, value) -> parts.addAll(List.of(key, value)));
        return parts;
    }

    private static List<String> family(TaskSpec spec, Context context) {
        String directory = Normal.word(directory(spec, context));
        List<String> parts = new ArrayList<>(List.of(context.user(), directory));
        parts.add(String.valueOf(spec.devices().count()));
        Command command = spec.command();
        if (isCommand(command)) {
            parts.add(command.shell() ? "shell" : "argv");
            parts.addAll(
                    command.shell()
                            ? Normal.line(command.argv().getFirst())
                            : Normal.words(command.argv()));
        } else {
            PythonObject python = command.python().orElseThrow();
            parts.add(python.kind() + " of " + script(context));
            // Read as a path: what ends in a number is one of several.
            parts.add(Normal.word("/" + python.exportedName()));
            python.arguments().forEach(argument -> parts.add(Normal.word(argument)));
        }
        parts.add("env");
        spec.env().forEach((key, value) -> parts.addAll(List.of(key, Normal.word(value))));
        return parts;
    }

    /** Hooks around a command are not what takes the memory. */
    private static boolean isCommand(Command command) {
        return command.python()
                .map(python -> python.kind() == PythonObject.Kind.COMMAND)
                .orElse(true);
    }

    private static String directory(TaskSpec spec, Context context) {
        String own = spec.workingDirectory();
        return own == null ? context.workingDirectory() : own;
    }

    private static String script(Context context) {
        return context.python().map(PythonScript::path).orElse("");
    }

    /** Never 0. */
    private static long hash(long seed, List<String> parts) {
        long hash = 0x9E3779B97F4A7C15L + seed;
        for (String part : parts) {
            hash = mixed(hash ^ part.length());
            for (int i = 0; i < part.length(); i++) {
                hash = (hash ^ part.charAt(i)) * 0x100000001B3L;
            }
        }
        hash = mixed(hash);
        return hash == 0 ? 1 : hash;
    }

    private static long mixed(long value) {
        long once = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        long twice = (once ^ (once >>> 27)) * 0x94D049BB133111EBL;
        return twice ^ (twice >>> 31);
    }
}
