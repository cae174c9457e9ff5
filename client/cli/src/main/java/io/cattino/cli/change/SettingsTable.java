package io.cattino.cli.change;

import io.cattino.cli.output.Output;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.server.ClientSetting;
import io.cattino.cli.server.Settings;
import io.cattino.client.MeowClient;
import io.cattino.client.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All settings there are: the cluster's, and the client's with the file that they are from. */
final class SettingsTable {

    /**
     * One of them.
     *
     * @param value empty if it is not set and has no default
     * @param from {@code cluster}, a file, or {@code default}
     */
    record Row(String key, String value, String defaultValue, String from, String description) {

        Map<String, String> json() {
            Map<String, String> json = new LinkedHashMap<>();
            json.put("key", key);
            json.put("value", value);
            json.put("default", defaultValue);
            json.put("from", from);
            json.put("description", description);
            return json;
        }
    }

    private SettingsTable() {}

    /**
     * The settings.
     *
     * @param farm the way to the cluster; empty if no server runs
     */
    static List<Row> rows(Optional<MeowClient> farm, Settings client) {
        List<Row> rows = new ArrayList<>();
        farm.ifPresent(
                open -> open.cluster().settings().forEach(setting -> rows.add(row(setting))));
        for (ClientSetting setting : ClientSetting.ALL) {
            String value = client.get(setting.key());
            rows.add(
                    new Row(
                            setting.key(),
                            value.isEmpty() ? setting.defaultValue() : value,
                            setting.defaultValue(),
                            client.origin(setting.key()).map(Object::toString).orElse("default"),
                            setting.description()));
        }
        return rows;
    }

    private static Row row(Setting setting) {
        boolean usual = setting.value().equals(setting.defaultValue());
        return new Row(
                setting.key(),
                setting.value(),
                setting.defaultValue(),
                usual ? "default" : "cluster",
                setting.description());
    }

    /** Writes them. */
    static void write(Output output, List<Row> rows) {
        if (!output.toPeople()) {
            rows.forEach(row ->
                    output.values(List.of(row.key(), row.value(), row.defaultValue(), row.from())));
            return;
        }
        Table table =
                new Table(
                        Column.of("SETTING"),
                        Column.elastic("VALUE"),
                        Column.of("DEFAULT"),
                        Column.elastic("FROM"),
                        Column.elastic("WHAT IT IS"));
        for (Row row : rows) {
            table.row(
                    Cell.of(row.key()),
                    Cell.orDash(row.value()),
                    Cell.orDash(row.defaultValue()),
                    Cell.of(row.from()),
                    Cell.of(row.description()));
        }
        output.table(table);
    }
}
