package io.cattino.client;

import java.util.List;

/**
 * An object that a Python script exports, which a node finds again by running the script once more.
 * {@code meow create script.py} makes these; there is little use for them elsewhere.
 *
 * @param kind what there is to run beside hooks
 * @param exportPath the index of its export, then those within its groups: {@code 0/1}
 * @param exportedName the fullname that the script gives it
 * @param arguments of the script
 * @param hooks those that its class defines: {@code on_start}, {@code on_end}
 */
public record PythonObject(
        Kind kind,
        String exportPath,
        String exportedName,
        List<String> arguments,
        List<String> hooks) {

    /** What there is to run. */
    public enum Kind {
        /** The command of the task. */
        COMMAND,
        /** A function; the task's command only says which. */
        FUNCTION,
        /** A class of task of its own; the task's command only says which. */
        CUSTOM
    }

    public PythonObject {
        arguments = List.copyOf(arguments);
        hooks = List.copyOf(hooks);
    }
}
