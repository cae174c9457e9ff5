package io.cattino.coordinator.core.model;

/**
 * The cluster's settings.
 *
 * @param retryLimit exits with code 100 before the task fails; 0: no limit
 * @param keepFinished finished tasks kept at most
 */
public record Settings(
        OverrideMode overrideExistTasks,
        boolean cascadeCancelOnFailure,
        boolean shutdownOnComplete,
        int retryLimit,
        int keepFinished) {
    public static final Settings DEFAULTS =
            new Settings(OverrideMode.FORBID, false, false, 16, 10_000);

    public Settings withOverrideExistTasks(OverrideMode value) {
        return new Settings(
                value, cascadeCancelOnFailure, shutdownOnComplete, retryLimit, keepFinished);
    }

    public Settings withCascadeCancelOnFailure(boolean value) {
        return new Settings(
                overrideExistTasks, value, shutdownOnComplete, retryLimit, keepFinished);
    }

    public Settings withShutdownOnComplete(boolean value) {
        return new Settings(
                overrideExistTasks, cascadeCancelOnFailure, value, retryLimit, keepFinished);
    }

    public Settings withRetryLimit(int value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                value,
                keepFinished);
    }

    public Settings withKeepFinished(int value) {
        return new Settings(
                overrideExistTasks, cascadeCancelOnFailure, shutdownOnComplete, retryLimit, value);
    }
}
