package io.cattino.coordinator.core.model;

import java.util.List;

/**
 * An object that the script of a submission exports; only nodes look at it.
 *
 * @param exportPath the index of its export, then those within its groups: {@code 0/1}
 * @param exportedName the fullname that the script gives it
 * @param arguments of the script
 * @param hooks those that its class defines
 */
public record PythonObject(
        Kind kind,
        String exportPath,
        String exportedName,
        List<String> arguments,
        List<String> hooks) {
    public PythonObject {
        arguments = List.copyOf(arguments);
        hooks = List.copyOf(hooks);
    }

    /** The same object, of which something else is to be run. */
    public PythonObject with(Kind other) {
        return new PythonObject(other, exportPath, exportedName, arguments, hooks);
    }

    /** What there is to run beside hooks. */
    public enum Kind {
        /** The command. */
        COMMAND,
        /** A function. */
        FUNCTION,
        /** A class of task of its own. */
        CUSTOM,
        /** A group's on_end. */
        GROUP_END
    }
}
