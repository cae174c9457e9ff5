package io.cattino.coordinator.core.model;

/**
 * The cluster's settings.
 *
 * @param retryLimit exits with code 100 before the task fails; 0: no limit
 * @param keepFinished finished tasks kept at most
 * @param loss of tasks that do not say
 */
public record Settings(
        OverrideMode overrideExistTasks,
        boolean cascadeCancelOnFailure,
        boolean shutdownOnComplete,
        int retryLimit,
        int keepFinished,
        LossPolicy loss) {
    public static final Settings DEFAULTS =
            new Settings(OverrideMode.FORBID, false, false, 16, 10_000, LossPolicy.UNSAID);

    public Settings withOverrideExistTasks(OverrideMode value) {
        return new Settings(
                value, cascadeCancelOnFailure, shutdownOnComplete, retryLimit, keepFinished, loss);
    }

    public Settings withCascadeCancelOnFailure(boolean value) {
        return new Settings(
                overrideExistTasks, value, shutdownOnComplete, retryLimit, keepFinished, loss);
    }

    public Settings withShutdownOnComplete(boolean value) {
        return new Settings(
                overrideExistTasks, cascadeCancelOnFailure, value, retryLimit, keepFinished, loss);
    }

    public Settings withRetryLimit(int value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                value,
                keepFinished,
                loss);
    }

    public Settings withKeepFinished(int value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                retryLimit,
                value,
                loss);
    }

    public Settings withLoss(LossPolicy value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                retryLimit,
                keepFinished,
                value);
    }
}
