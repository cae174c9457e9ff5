package io.cattino.coordinator.core.model;

/**
 * The cluster's settings.
 *
 * @param retryLimit exits with code 100 before the task fails; 0: no limit
 * @param keepFinished finished tasks kept at most
 * @param loss of tasks that do not say
 * @param overUse what becomes of attempts that use more device memory than they were promised
 */
public record Settings(
        OverrideMode overrideExistTasks,
        boolean cascadeCancelOnFailure,
        boolean shutdownOnComplete,
        int retryLimit,
        int keepFinished,
        LossPolicy loss,
        OverUsePolicy overUse) {
    public static final Settings DEFAULTS =
            new Settings(
                    OverrideMode.FORBID,
                    false,
                    false,
                    16,
                    10_000,
                    LossPolicy.UNSAID,
                    OverUsePolicy.PROTECT);

    public Settings withOverrideExistTasks(OverrideMode value) {
        return new Settings(
                value,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                retryLimit,
                keepFinished,
                loss,
                overUse);
    }

    public Settings withCascadeCancelOnFailure(boolean value) {
        return new Settings(
                overrideExistTasks,
                value,
                shutdownOnComplete,
                retryLimit,
                keepFinished,
                loss,
                overUse);
    }

    public Settings withShutdownOnComplete(boolean value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                value,
                retryLimit,
                keepFinished,
                loss,
                overUse);
    }

    public Settings withRetryLimit(int value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                value,
                keepFinished,
                loss,
                overUse);
    }

    public Settings withKeepFinished(int value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                retryLimit,
                value,
                loss,
                overUse);
    }

    public Settings withLoss(LossPolicy value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                retryLimit,
                keepFinished,
                value,
                overUse);
    }

    public Settings withOverUse(OverUsePolicy value) {
        return new Settings(
                overrideExistTasks,
                cascadeCancelOnFailure,
                shutdownOnComplete,
                retryLimit,
                keepFinished,
                loss,
                value);
    }
}
