package io.cattino.agent.core;

/** Why a task cannot be launched, whoever tries. The leader has a word for each. */
public enum LaunchFailure {
    /** Its program is not to be found on this node. */
    COMMAND_NOT_FOUND(127),
    /** Its program is there, and cannot be executed. */
    NOT_EXECUTABLE(126),
    /** Its working directory is not there. */
    WORKDIR_MISSING(127),
    /** The directory for its logs cannot be made. */
    RUN_DIR_UNWRITABLE(126),
    /** Its command or environment holds what no system takes. */
    INVALID_ARGUMENT(126),
    /** Its command and environment are larger than the system takes. */
    ARGUMENTS_TOO_LONG(126),
    /** Its order makes no sense. */
    INVALID_ORDER(126),
    /** Its script could not be run again, or its on_start failed. */
    HOOK_FAILED(1),
    /** The on_start of a group failed: none of the group's tasks can run. */
    GROUP_HOOK_FAILED(1),
    /** None of the others: of another version of the agent. */
    OTHER(126);

    private final int exitCode;

    LaunchFailure(int exitCode) {
        this.exitCode = exitCode;
    }

    /** What a shell would have returned. */
    public int exitCode() {
        return exitCode;
    }
}
