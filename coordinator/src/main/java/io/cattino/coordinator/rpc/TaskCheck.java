package io.cattino.coordinator.rpc;

import com.google.protobuf.ByteString;
import io.cattino.coordinator.core.model.Limits;
import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.OomRetry;
import io.cattino.coordinator.wire.Durations;
import io.cattino.coordinator.wire.Texts;
import io.cattino.proto.v1.Command;
import io.cattino.proto.v1.Context;
import io.cattino.proto.v1.TaskSpec;
import java.util.Map;

/**
 * The form of one task and of the context that the tasks of a submission share. One thread, one
 * request.
 */
final class TaskCheck {
    static final int MAX_CPUS = 4096;
    static final int MAX_PATH_BYTES = 4095;
    static final int MAX_SCRIPT_BYTES = 256 * 1024;
    static final int MAX_UMASK = 0777;

    /** What Linux takes as one argument or one variable, its terminating NUL included. */
    static final int MAX_STRING_BYTES = 128 * 1024;

    /** Arguments and environment together, with their terminating NULs. */
    static final int MAX_EXEC_BYTES = 1024 * 1024;

    private static final String SHORTER = "put long values into a file and pass its name";

    private final Findings findings;

    /** Bytes that the shared environment takes of every task's budget. */
    private long sharedBytes;

    private boolean hasPythonScript;

    TaskCheck(Findings findings) {
        this.findings = findings;
    }

    boolean context(Context context) {
        return path("context.working_directory", context.getWorkingDirectory(), true)
                && environment("context.environment", context.getEnvironmentMap(), 0)
                && umask(context.getUmask())
                && script(context.getScript())
                && new PythonCheck(findings).script(context)
                && new BundleCheck(findings).bundle(context)
                && findings.text("context.user", context.getUser(), Limits.MAX_WORD_BYTES)
                && findings.text("context.host", context.getHost(), Limits.MAX_WORD_BYTES)
                && remember(context);
    }

    private boolean remember(Context context) {
        sharedBytes = bytes(context.getEnvironmentMap());
        hasPythonScript = context.hasPythonScript();
        return true;
    }

    private boolean umask(int umask) {
        return (umask >= 0 && umask <= MAX_UMASK)
                || findings.invalid(
                        "context.umask",
                        umask + " is not between 0 and 0777",
                        "0022 is usual (18)");
    }

    private boolean script(ByteString script) {
        if (script.size() > MAX_SCRIPT_BYTES) {
            return findings.invalid(
                    "context.script",
                    script.size() + " bytes; at most " + MAX_SCRIPT_BYTES,
                    "split the script");
        }
        return script.isValidUtf8()
                || findings.invalid("context.script", "is not UTF-8", "save the script as UTF-8");
    }

    boolean task(String field, TaskSpec task) {
        return findings.name(
                        field + ".fullname", task.getFullname(), Names.ofTask(task.getFullname()))
                && command(field + ".command", task)
                && RequestCheck.devices(findings, field + ".devices", task.getDevices())
                && cpus(field + ".cpus", task.getCpus())
                && labels(field + ".labels", task.getLabelsMap())
                && path(field + ".working_directory", task.getWorkingDirectory(), false)
                && onDisconnect(field + ".on_disconnect", task)
                && lostAfter(field + ".lost_after", task)
                && oomRetry(field + ".oom_retry_permille", task.getOomRetryPermille())
                && WhereCheck.where(findings, field + ".where", task.getWhere());
    }

    private boolean command(String field, TaskSpec task) {
        Command command = task.getCommand();
        if (command.getArgvCount() == 0 || command.getArgv(0).isEmpty()) {
            return findings.invalid(field + ".argv", "names no program", "give a command to run");
        }
        if (command.getShell() && command.getArgvCount() != 1) {
            return findings.invalid(
                    field + ".argv",
                    "has several elements, but shell takes one line",
                    "join them to one line");
        }
        if (command.hasPython()
                && !new PythonCheck(findings)
                        .object(field + ".python", command.getPython(), hasPythonScript)) {
            return false;
        }
        long total = sharedBytes;
        for (int i = 0; i < command.getArgvCount(); i++) {
            String argument = command.getArgv(i);
            if (!execString(field + ".argv[" + i + "]", argument, 0)) {
                return false;
            }
            total += Texts.bytes(argument) + 1L;
        }
        for (String argument : command.getPython().getArgumentsList()) {
            if (!execString(field + ".python.arguments", argument, 0)) {
                return false;
            }
            total += Texts.bytes(argument) + 1L;
        }
        String envField = field.substring(0, field.length() - ".command".length()) + ".env";
        return environment(envField, task.getEnvMap(), total);
    }

    /**
     * @param already bytes that arguments and other variables take
     */
    private boolean environment(String field, Map<String, String> environment, long already) {
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                return findings.invalid(
                        field,
                        "'" + Names.shown(name) + "' is no name of a variable",
                        "use letters, digits and _");
            }
            String at = field + "[" + Names.shown(name) + "]";
            if (!execString(at, variable.getValue(), Texts.bytes(name) + 1)) {
                return false;
            }
        }
        long total = already + bytes(environment);
        return total <= MAX_EXEC_BYTES
                || findings.invalid(
                        field,
                        "arguments and environment take "
                                + total
                                + " bytes; at most "
                                + MAX_EXEC_BYTES,
                        SHORTER);
    }

    private boolean execString(String field, String value, int before) {
        if (value.indexOf('\0') >= 0) {
            return findings.invalid(
                    field, "holds a NUL character", "leave it out: no program can be given one");
        }
        int bytes = before + Texts.bytes(value) + 1;
        return bytes <= MAX_STRING_BYTES
                || findings.invalid(field, bytes + " bytes; at most " + MAX_STRING_BYTES, SHORTER);
    }

    private static long bytes(Map<String, String> environment) {
        long total = 0;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            total += Texts.bytes(variable.getKey()) + Texts.bytes(variable.getValue()) + 2L;
        }
        return total;
    }

    private boolean cpus(String field, int cpus) {
        return (cpus >= 0 && cpus <= MAX_CPUS)
                || findings.invalid(
                        field, cpus + " is not between 0 and " + MAX_CPUS, "0 means: not counted");
    }

    boolean labels(String field, Map<String, String> labels) {
        if (labels.size() > Limits.MAX_LABELS) {
            return findings.invalid(
                    field,
                    labels.size() + " labels; at most " + Limits.MAX_LABELS,
                    "use fewer labels");
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            String at = field + "[" + Names.shown(label.getKey()) + "]";
            if (label.getKey().isEmpty()) {
                return findings.invalid(field, "a label has no name", "write NAME=VALUE");
            }
            if (!findings.text(at, label.getKey(), Limits.MAX_WORD_BYTES)
                    || !findings.text(at, label.getValue(), Limits.MAX_WORD_BYTES)) {
                return false;
            }
        }
        return true;
    }

    private boolean path(String field, String path, boolean needed) {
        if (path.isEmpty() && !needed) {
            return true;
        }
        if (!path.startsWith("/")) {
            return findings.invalid(
                    field,
                    "'" + Names.shown(path) + "' is not an absolute path",
                    "write the path from / on");
        }
        if (path.indexOf('\0') >= 0) {
            return findings.invalid(field, "holds a NUL character", "leave it out");
        }
        return Texts.bytes(path) <= MAX_PATH_BYTES
                || findings.invalid(
                        field, "is longer than " + MAX_PATH_BYTES + " bytes", "shorten it");
    }

    private boolean onDisconnect(String field, TaskSpec task) {
        return switch (task.getOnDisconnect()) {
            case ON_DISCONNECT_UNSPECIFIED,
                    ON_DISCONNECT_REQUEUE,
                    ON_DISCONNECT_WAIT,
                    ON_DISCONNECT_FAIL ->
                    true;
            case UNRECOGNIZED ->
                    findings.invalid(
                            field,
                            task.getOnDisconnectValue() + " is not known here",
                            "leave it out, or one of REQUEUE, WAIT, FAIL");
        };
    }

    private boolean oomRetry(String field, int permille) {
        return permille == 0
                || (permille >= OomRetry.LEAST && permille <= OomRetry.MOST)
                || findings.invalid(
                        field,
                        permille + " is not between 1,100 and 10,000",
                        "1500 asks for half as much again; 0 tries nothing again");
    }

    private boolean lostAfter(String field, TaskSpec task) {
        long ms = task.hasLostAfter() ? Durations.millis(task.getLostAfter()) : -1;
        return !task.hasLostAfter()
                || (ms >= LossPolicy.SHORTEST_MS && ms <= LossPolicy.LONGEST_MS)
                || findings.invalid(
                        field,
                        "is not between 15 seconds and 30 days",
                        "leave it out for the farm's, or say on_disconnect WAIT for never");
    }
}
