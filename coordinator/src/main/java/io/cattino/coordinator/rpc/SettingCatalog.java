package io.cattino.coordinator.rpc;

import io.cattino.coordinator.core.ClusterSetting;
import io.cattino.coordinator.core.model.Settings;
import io.cattino.proto.v1.Setting;
import java.util.List;

/** The cluster's settings as messages. Stateless; any thread. */
final class SettingCatalog {
    private SettingCatalog() {}

    static List<Setting> all(Settings settings) {
        return ClusterSetting.ALL.stream().map(setting -> one(setting, settings)).toList();
    }

    static Setting one(String key, Settings settings) {
        return one(ClusterSetting.of(key).orElseThrow(), settings);
    }

    private static Setting one(ClusterSetting setting, Settings settings) {
        return Setting.newBuilder()
                .setKey(setting.key())
                .setValue(setting.read().apply(settings))
                .setDefaultValue(setting.read().apply(Settings.DEFAULTS))
                .setDescription(setting.description())
                .build();
    }
}
