package io.cattino.cli.shell;

import io.cattino.cli.command.TaskFields;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What may stand at a place of the command line: {@code tasks}, {@code nodes}, {@code files}, or
 * the words behind {@code =}. The labels of the help say it.
 */
final class CompletionKind {

    private static final String NONE = "none";

    private static final Map<String, String> BY_LABEL =
            Map.ofEntries(
                    Map.entry("NAME", "tasks"),
                    Map.entry("GROUP", "groups"),
                    Map.entry("NODE", "nodes"),
                    Map.entry("CONTEXT", "contexts"),
                    Map.entry("SETTING|TASK.ATTR", "settings"),
                    Map.entry("FILE", "files"),
                    Map.entry("DIR", "dirs"),
                    Map.entry("INPUT", "commands"),
                    Map.entry("STATUS", "=Waiting,Running,Done,Failed,Cancelled"),
                    Map.entry("STREAM", "=stdout,stderr,all,hooks"),
                    Map.entry("WHEN", "=auto,always,never"),
                    Map.entry("MODE", "=forbid,allow,rename"),
                    Map.entry("POLICY", "=requeue,wait,fail"),
                    Map.entry("SHELL", "=bash,zsh,fish"),
                    Map.entry("ACTION", "=" + String.join(",", ConfigCommand.ACTIONS.keySet())),
                    Map.entry("KEY|NAME", "=coordinator,host,port,token-file,timeout"),
                    Map.entry("forget", "=forget"));

    private CompletionKind() {}

    /**
     * That of an option's value or of a positional argument; empty for an option without a value.
     */
    static String of(ArgSpec argument) {
        if (argument instanceof OptionSpec option && isFlag(option)) {
            return "";
        }
        String label = argument.paramLabel();
        if (label.equals("ATTR")) {
            return "=" + String.join(",", TaskFields.names());
        }
        return isNewName(argument) ? NONE : BY_LABEL.getOrDefault(label, NONE);
    }

    /** Only what must have a value takes the next word. */
    private static boolean isFlag(OptionSpec option) {
        return option.arity().min() == 0 || option.names()[0].equals("--json");
    }

    /** The name of a task that does not exist yet. */
    private static boolean isNewName(ArgSpec argument) {
        return argument instanceof OptionSpec option
                && Arrays.asList(option.names()).contains("--task-name");
    }
}
