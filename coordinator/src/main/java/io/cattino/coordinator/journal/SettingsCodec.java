package io.cattino.coordinator.journal;

import io.cattino.coordinator.core.model.LossPolicy;
import io.cattino.coordinator.core.model.OverUsePolicy;
import io.cattino.coordinator.core.model.OverrideMode;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.coordinator.wire.SpecCodec;

/** The cluster's settings as a message of the journal, both ways; as {@link ValueCodec}. */
final class SettingsCodec {
    private SettingsCodec() {}

    static io.cattino.proto.journal.v1.Settings encode(Settings settings) {
        return io.cattino.proto.journal.v1.Settings.newBuilder()
                .setOverrideExistTasks(
                        switch (settings.overrideExistTasks()) {
                            case FORBID -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_FORBID;
                            case ALLOW -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_ALLOW;
                            case RENAME -> io.cattino.proto.v1.OverrideMode.OVERRIDE_MODE_RENAME;
                        })
                .setCascadeCancelOnFailure(settings.cascadeCancelOnFailure())
                .setShutdownOnComplete(settings.shutdownOnComplete())
                .setRetryLimit(settings.retryLimit())
                .setKeepFinished(settings.keepFinished())
                .setOnDisconnect(SpecCodec.encode(settings.loss().onDisconnect()))
                .setLostAfterMs(settings.loss().lostAfterMs())
                .setOverUse(
                        switch (settings.overUse()) {
                            case WARN ->
                                    io.cattino.proto.journal.v1.OverUsePolicy.OVER_USE_POLICY_WARN;
                            case PROTECT ->
                                    io.cattino.proto.journal.v1.OverUsePolicy
                                            .OVER_USE_POLICY_UNSPECIFIED;
                            case KILL ->
                                    io.cattino.proto.journal.v1.OverUsePolicy.OVER_USE_POLICY_KILL;
                        })
                .build();
    }

    static Settings decode(io.cattino.proto.journal.v1.Settings settings) {
        OverrideMode mode =
                switch (settings.getOverrideExistTasks()) {
                    case OVERRIDE_MODE_FORBID -> OverrideMode.FORBID;
                    case OVERRIDE_MODE_ALLOW -> OverrideMode.ALLOW;
                    case OVERRIDE_MODE_RENAME -> OverrideMode.RENAME;
                    case OVERRIDE_MODE_UNSPECIFIED, UNRECOGNIZED ->
                            throw ValueCodec.unknown(
                                    "settings.override_exist_tasks",
                                    settings.getOverrideExistTasksValue());
                };
        return new Settings(
                mode,
                settings.getCascadeCancelOnFailure(),
                settings.getShutdownOnComplete(),
                settings.getRetryLimit(),
                settings.getKeepFinished(),
                new LossPolicy(
                        SpecCodec.decode(settings.getOnDisconnect()), settings.getLostAfterMs()),
                switch (settings.getOverUse()) {
                    case OVER_USE_POLICY_WARN -> OverUsePolicy.WARN;
                    case OVER_USE_POLICY_UNSPECIFIED -> OverUsePolicy.PROTECT;
                    case OVER_USE_POLICY_KILL -> OverUsePolicy.KILL;
                    case UNRECOGNIZED ->
                            throw ValueCodec.unknown(
                                    "settings.over_use", settings.getOverUseValue());
                });
    }
}
