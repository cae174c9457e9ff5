package io.cattino.coordinator.core.model;

/**
 * The one list of reasons that people read, in CamelCase on every surface (docs/concepts.md
 * explains each).
 */
public enum ReasonCode {
    /** Waits for parents. */
    DEPENDENCY("Dependency"),
    /** No node has enough free device memory. */
    MEMORY("Memory"),
    /** No node has enough free devices. */
    DEVICES("Devices"),
    /** No node has enough free cores. */
    CPU("Cpu"),
    /** Every fitting node runs as many attempts as it may. */
    SLOTS("Slots"),
    /** Devices are kept for a task that ranks higher and was passed over too often. */
    RESERVED("Reserved"),
    /** No known node could hold it, even empty. */
    NEVER_FITS("NeverFits"),
    /** No node, or not enough of its devices, is as the task asks. */
    CONSTRAINT("Constraint"),
    /** No node has one of the names that the task asks for. */
    NODE_LIST("NodeList"),
    /** Every fitting node is draining. */
    NODES_DRAINING("NodesDraining"),
    /** Every fitting node is out of contact or in trouble. */
    NODES_DOWN("NodesDown"),
    /** How much of a device is free is not known. */
    UNMEASURED("Unmeasured"),
    /** A device would do, and is sick: an Xid error, or its driver has lost it. */
    DEVICE_SICK("DeviceSick"),
    /** No node has ever registered. */
    NO_NODES("NoNodes"),
    /** Device memory is held by processes outside Cattino. */
    EXTERNAL("External"),
    /** A device is being cleaned after an attempt, or is quarantined. */
    CLEANING("Cleaning"),
    /** A retry waits for its backoff. */
    RETRY_BACKOFF("RetryBackoff"),
    /** Waits for a person. */
    HELD("Held"),
    /** Waits for the next placement pass. */
    QUEUED("Queued"),
    /** A node was chosen; the command starts. */
    STARTING("Starting"),
    /** Being stopped. */
    STOPPING("Stopping"),
    /** Its node is out of contact. */
    NODE_UNREACHABLE("NodeUnreachable"),
    /** Stopped by {@code kill}. */
    KILLED("Killed"),
    /** Stopped by {@code cancel}. */
    CANCELLED("Cancelled"),
    /** Cancelled since a parent failed and {@code cascade-cancel-on-failure} is on. */
    DEPENDENCY_FAILED("DependencyFailed"),
    /** Being removed. */
    REMOVED("Removed"),
    /** Stopped since its node was to be emptied. */
    DRAINED("Drained"),
    /** It used more device memory than it was promised; stopped for it, if it has ended. */
    OVER_USE("OverUse"),
    /** It ended for want of memory. */
    OUT_OF_MEMORY("OutOfMemory"),
    /** Its node stayed out of contact, or was given up, and it is not to be tried again. */
    NODE_LOST("NodeLost"),
    /** Cancelled by the exit of its server. */
    SERVER_EXIT("ServerExit"),
    /** The command ended with a code other than 0. */
    EXIT_CODE("ExitCode"),
    /** Exit code 100 more often than {@code retry-limit}. */
    RETRY_LIMIT("RetryLimit"),
    /** Its attempts vanished or lost their node more often than the crash limit. */
    CRASH_LIMIT("CrashLimit"),
    /** Its program is not to be found on its node. */
    COMMAND_NOT_FOUND("CommandNotFound"),
    /** Its program is there, and cannot be executed. */
    NOT_EXECUTABLE("NotExecutable"),
    /** Its working directory is not there. */
    WORKDIR_MISSING("WorkdirMissing"),
    /** The directory for its logs cannot be made. */
    RUN_DIR_UNWRITABLE("RunDirUnwritable"),
    /** Its command or environment holds what no system takes. */
    INVALID_ARGUMENT("InvalidArgument"),
    /** Its command and environment are larger than the system takes. */
    ARGUMENTS_TOO_LONG("ArgumentsTooLong"),
    /** Its agent cannot make sense of the order. */
    INVALID_ORDER("InvalidOrder"),
    /** Its script could not be run again on its node, or its on_start failed. */
    HOOK_FAILED("HookFailed"),
    /** The same of a group: none of its tasks can run. */
    GROUP_HOOK_FAILED("GroupHookFailed"),
    /** The on_start of its group runs, before another task. */
    GROUP_START("GroupStart"),
    /** Any other refusal of the agent to start it. */
    LAUNCH_FAILED("LaunchFailed"),
    /** Done: nothing to add. */
    NONE("");

    private final String word;

    ReasonCode(String word) {
        this.word = word;
    }

    /** CamelCase, as every surface shows it. */
    public String word() {
        return word;
    }
}
